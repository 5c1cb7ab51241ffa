// Intents and transfers for database tests, written with the API's own statement.
import { randomBytes } from 'node:crypto';
import { createIntent } from '#db/intents/create-intent.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { randomAddress, randomHash } from '#test/support/intents.ts';

export const RECEIVER = knownPayable('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');

export interface Ledger {
  database: TestDatabase;
  orm: Orm;
  storeId: string;
  newIntent(change?: Partial<NewIntent>): Promise<IntentId>;
  /** A stored transfer of 6-decimal tokens. Returns its id. */
  newTransfer(intentId: IntentId, coins: number, change?: NewTransfer): Promise<string>;
  /** The id of the review of a transfer. */
  reviewOf(transferId: string): Promise<string>;
  rows<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface NewTransfer {
  state?: TransferState;
  chainId?: number;
  token?: Address;
  blockTime?: Date;
  coin?: CoinId;
  from?: Address;
  txHash?: Hex;
  blockNumber?: number;
  logIndex?: number;
  /** For tokens of 18 decimals. */
  decimals?: 6 | 18;
}

export const openLedger = async (): Promise<Ledger> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
  const { storeId } = await createMerchantAndStore(orm.em, {
    name: 'Shop',
    email: 'shop@shop.example',
    receiver: RECEIVER,
  });
  const { apiKey } = await createApiKey(orm.em, masterKeys, storeId, { name: 'test' });
  const rows: Ledger['rows'] = (sql, values = []) => orm.em.fork().execute(sql, values as never);
  return {
    database,
    orm,
    storeId,
    rows,
    async newIntent(change = {}) {
      const now = new Date();
      const id = makeIntentId(now.getTime() / 1000, randomBytes(8));
      const nonce = { apiKeyId: apiKey, nonce: id, expiresAt: new Date(now.getTime() + 1_000_000) };
      const intent: NewIntent = {
        id,
        contractId: makeContractId(randomBytes(12)),
        storeId,
        apiKeyId: apiKey,
        currency: null,
        stableCoin: 1,
        amountCents: centsOf(500n),
        amountUnits: multiply(ONE_COIN, 5n),
        rateE10: null,
        acceptedStableCoins: [1, 2],
        acceptedChainIds: [31337, 31338],
        acceptsBridgedTokens: false,
        toleranceBps: 50,
        extensionSeconds: 1800,
        orderId: null,
        orderDescription: null,
        userId: null,
        userName: null,
        redirectUrl: null,
        extraJson: null,
        factory: randomAddress(),
        receiver: RECEIVER,
        feeReceiver: randomAddress(),
        feeRateE9: 20_000_000n,
        depositAddress: randomAddress(),
        createdAt: now,
        expiresAt: new Date(now.getTime() + 60_000),
        ...change,
      };
      await createIntent(sqlOf(orm), nonce, intent, null);
      return id;
    },
    async newTransfer(intentId, coins, change = {}) {
      const { state = 'confirmed', chainId = 31337, token = RECEIVER, blockTime = new Date(), decimals = 6 } = change;
      const { coin = 1, from = randomAddress(), blockNumber = 1, logIndex = 0 } = change;
      const units = BigInt(Math.round(coins * 1e6)) * 10n ** 12n;
      const base = decimals === 6 ? units / 10n ** 12n : units;
      const made = await rows<{ id: string }>(
        `insert into token_transfer (chain_id, block_number, block_hash, block_time, tx_hash, log_index, token, coin, from_address, to_address,
          amount_base_units, amount_units, intent_id, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
        [
          chainId,
          blockNumber,
          randomHash(),
          blockTime,
          change.txHash ?? randomHash(),
          logIndex,
          token,
          coin,
          from,
          randomAddress(),
          String(base),
          String(units),
          intentId,
          state,
        ],
      );
      return String(made[0]?.id);
    },
    async reviewOf(transferId) {
      const [row] = await rows<{ id: string }>('select id::text from review_item where transfer_id = ?', [transferId]);
      if (!row) throw new Error('no review');
      return row.id;
    },
    close: async () => {
      await orm.close();
      await database.drop();
    },
  };
};
