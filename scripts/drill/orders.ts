// The shop of the drill, its orders, and what became of them: by the drill's own notes, by the database, and by the chain.
import { randomBytes } from 'node:crypto';
import { parseLogs } from '#chain/block-reader.ts';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { PAYOUT_TOPICS } from '#chain/payout-events.ts';
import { paidOutOf } from '#chain/settlement-batch.ts';
import { insertIntent } from '#db/intents/create-intent.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { type Address, typedAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { type ContractId, type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, multiply, ONE_COIN, parseBaseUnits, unitsOf } from '#domain/money.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { withEm } from '../lib/books-agree.ts';
import { localAccount } from '../lib/local-accounts.ts';
import { rpcCall } from '../lib/stack/json-rpc.ts';
import { CHAIN, type DrillWorld } from './world.ts';

/** More than the chain requires, so that a moment fits between first sight and confirmation. */
export const CONFIRMATIONS = 5;
const COIN = 1;
/** One that no order of the drill accepts. */
const OTHER_COIN = 2;

export interface DrillOrder {
  id: IntentId;
  contractId: ContractId;
  depositAddress: Address;
  /** In whole coins; another one for each order. */
  coins: number;
  paid: boolean;
  /** It is never paid, and its checkout ends within the drill. */
  expires: boolean;
  /** Paid in a coin that it does not accept: its money is refunded from its deposit address. */
  isReturned: boolean;
}

export interface DrillShop {
  readonly storeId: string;
  create(count: number, options?: { minutes?: number; expires?: boolean }): Promise<DrillOrder[]>;
  /** Returns when the node has the payments. */
  pay(orders: readonly DrillOrder[]): Promise<void>;
  payWrongCoin(order: DrillOrder): Promise<void>;
  readonly orders: readonly DrillOrder[];
}

const payable = (part: 'merchant' | 'feeReceiver') => knownPayable(typedAddress(localAccount(part).address));

export const openDrillShop = async ({ postgres, chain, shop, masterKeys }: DrillWorld): Promise<DrillShop> => {
  const url = postgres.applicationUrl;
  const { storeId, apiKey } = await withEm(url, async (em) => {
    const made = await createMerchantAndStore(em, {
      ...{ name: 'Drill shop', email: 'owner@drill.example', receiver: payable('merchant') },
    });
    await updateStore(em, made.storeId, { minimumConfirmations: { [CHAIN]: CONFIRMATIONS } });
    await em.execute('update store set webhook_url = ?, notification_emails = ? where id = ?', [
      ...[shop.url, '{orders@drill.example}', made.storeId],
    ]);
    const key = await createApiKey(em, parseMasterKeys(masterKeys), made.storeId, { name: 'drill' });
    return { storeId: made.storeId, apiKey: key.apiKey };
  });
  const orders: DrillOrder[] = [];

  const newOrder = (coins: number, minutes: number) => {
    const now = new Date();
    const amountUnits = multiply(ONE_COIN, BigInt(coins));
    const terms = {
      ...{ receiver: payable('merchant'), feeReceiver: payable('feeReceiver') },
      feeRateE9: feeRateE9(unitsOf(amountUnits), 60, DEFAULT_MIN_FEE_UNITS),
      contractId: makeContractId(randomBytes(12)),
    };
    return {
      ...{ id: makeIntentId(now.getTime() / 1000, randomBytes(8)), storeId, apiKeyId: apiKey, ...terms },
      ...({ currency: null, stableCoin: COIN, amountCents: centsOf(BigInt(coins) * 100n), rateE10: null } as const),
      amountUnits: unitsOf(amountUnits),
      ...{ acceptedStableCoins: [COIN] as const, acceptedChainIds: [CHAIN], acceptsBridgedTokens: false },
      ...{ toleranceBps: 50, extensionSeconds: 0, orderId: `drill-${coins}`, orderDescription: null, userId: null },
      ...{ userName: null, redirectUrl: null, extraJson: null, factory: FACTORY_ADDRESS },
      depositAddress: depositAddress(FACTORY_ADDRESS, terms),
      ...{ expiresAt: new Date(now.getTime() + minutes * 60_000), createdAt: now },
    };
  };

  const send = async (order: DrillOrder, coin: typeof COIN | typeof OTHER_COIN): Promise<void> => {
    const known = chainById(CHAIN);
    const token = tokenOf(known, coin);
    const amountBaseUnits = token && parseBaseUnits(String(order.coins), token.decimals);
    if (!amountBaseUnits) throw new Error(`order ${order.id} has no price`);
    await payFromDevelopmentWallet({
      ...{ rpcUrl: chain.rpcUrl, chain: known, coin, to: order.depositAddress, amountBaseUnits },
    });
    order.paid = true;
  };

  return {
    storeId,
    orders,
    create: (count, { minutes = 60, expires = false } = {}) =>
      withEm(url, async (em) => {
        const made: DrillOrder[] = [];
        for (let index = 0; index < count; index += 1) {
          const coins = orders.length + 1;
          const order = newOrder(coins, minutes);
          await insertIntent(em, order);
          const { id, contractId, depositAddress: address } = order;
          const noted = { id, contractId, depositAddress: address, coins, paid: false, expires, isReturned: false };
          orders.push(noted);
          made.push(noted);
        }
        return made;
      }),
    async pay(some) {
      for (const order of some) await send(order, COIN);
    },
    async payWrongCoin(order) {
      await send(order, OTHER_COIN);
      order.isReturned = true;
    },
  };
};

/** An order as a database has it. */
export interface KnownOrder {
  id: string;
  status: number;
  settlements: number;
  settled: number;
  /** Webhooks and e-mails that are not delivered. */
  waiting: number;
  /** A refund that ended made it CONFIRMED again: those do not count. */
  confirmations: number;
}

export const readOrders = async (databaseUrl: string, ids: readonly string[]): Promise<Map<string, KnownOrder>> => {
  const rows = await withEm(databaseUrl, (em) =>
    em.execute<KnownOrder[]>(
      `select i.id, i.status,
        (select count(*)::int from settlement s where s.intent_id = i.id) as settlements,
        (select count(*)::int from settlement s where s.intent_id = i.id and s.state = 'settled') as settled,
        ((select count(*) from webhook_event w where w.intent_id = i.id and w.state <> 'delivered')
          + (select count(*) from email_message e where e.intent_id = i.id and e.state = 'pending'))::int as waiting,
        (select count(*)::int from timeline_event t where t.intent_id = i.id and t.status_to = 20 and t.status_from <> 5) as confirmations
       from checkout_intent i where i.id = any(string_to_array(?, ','))`,
      [ids.join(',')],
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
};

/** How often the chain paid each order's deposit address out: by a settlement or by a release. */
export const readPayouts = async (rpcUrl: string): Promise<Map<ContractId, number>> => {
  const filter = { fromBlock: '0x0', address: FACTORY_ADDRESS, topics: PAYOUT_TOPICS };
  const logs = parseLogs('the local chain', await rpcCall<unknown>(rpcUrl, 'eth_getLogs', [filter]));
  const counts = new Map<ContractId, number>();
  for (const log of logs) {
    const read = paidOutOf(log);
    if (read) counts.set(read.paid.contractId, (counts.get(read.paid.contractId) ?? 0) + 1);
  }
  return counts;
};
