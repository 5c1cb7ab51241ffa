// Inserts stores, intents, transfers and watcher cursors directly into a test's database.
import { randomBytes } from 'node:crypto';
import { ChainCursor, TokenTransfer } from '#db/entities/chain.entity.ts';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent, Dispatch } from '#db/entities/intent.entity.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import type { Em } from '#db/orm.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import { type Address, type Hex, toChecksumAddress } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { type IntentId, makeContractId, makeId, makeIntentId } from '#domain/ids.ts';
import { baseUnitsOf, centsOf, parseUnits, unitsOf } from '#domain/money.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import type { TransferState } from '#domain/payment-rules.ts';
import { IntentStatus } from '#domain/status.ts';

export const TEST_MASTER_KEYS: MasterKeys = parseMasterKeys(`test:${Buffer.alloc(32, 7).toString('base64')}`);

const hex = (bytes: number): Hex => `0x${randomBytes(bytes).toString('hex')}`;
export const randomHash = (): Hex => hex(32);
export const randomAddress = (): PayableAddress => knownPayable(toChecksumAddress(hex(20)));
const units = (coins: string): bigint => {
  const value = parseUnits(coins);
  if (value === undefined) throw new RangeError(`Not an amount: ${coins}`);
  return value;
};

export interface TestStore {
  storeId: string;
  apiKey: string;
  apiSecret: string;
}

export const makeStore = async (em: Em, webhookUrl: string | null = null): Promise<TestStore> => {
  const { storeId } = await createMerchantAndStore(em, {
    name: 'Test store',
    email: `${randomBytes(6).toString('hex')}@shop.test`,
    receiver: randomAddress(),
  });
  if (webhookUrl) await em.execute('update store set webhook_url = ? where id = ?', [webhookUrl, storeId]);
  const key = await createApiKey(em, TEST_MASTER_KEYS, storeId, { name: 'test' });
  return { storeId, ...key };
};

export interface IntentFields {
  amount?: string;
  expiresAt?: Date;
  extensionSeconds?: number;
  acceptedStableCoins?: CoinId[];
  acceptedChainIds?: number[];
  orderId?: string;
  status?: IntentStatus;
  /** As an older release created it: its deliveries have workflows of their own. */
  isOlder?: boolean;
  /** Insert no outbox row: the test starts the workflow itself, or needs none. */
  queued?: boolean;
}

/** An intent of 10 USDT, payable for half an hour on local chain A, and the outbox row that starts its workflow. */
export const makeIntent = async (em: Em, store: TestStore, fields: IntentFields = {}): Promise<IntentId> => {
  const fork = em.fork();
  const now = new Date();
  const id = makeIntentId(now.getTime() / 1000, randomBytes(8));
  const amountUnits = units(fields.amount ?? '10');
  fork.create(CheckoutIntent, {
    id,
    contractId: makeContractId(randomBytes(12)),
    store: store.storeId,
    apiKey: store.apiKey,
    status: fields.status ?? IntentStatus.CREATED,
    stableCoin: 1,
    amountCents: centsOf(amountUnits / 10n ** 16n),
    amountUnits: unitsOf(amountUnits),
    acceptedStableCoins: fields.acceptedStableCoins ?? [1],
    acceptedChainIds: fields.acceptedChainIds ?? [31337],
    toleranceBps: 50,
    orderId: fields.orderId ?? null,
    factory: randomAddress(),
    receiver: randomAddress(),
    feeReceiver: randomAddress(),
    feeRateE9: feeRateE9(unitsOf(amountUnits), 60, DEFAULT_MIN_FEE_UNITS),
    depositAddress: randomAddress(),
    paymentMethodType: 0,
    oneWorkflow: !fields.isOlder,
    expiresAt: fields.expiresAt ?? new Date(now.getTime() + 1_800_000),
    extensionSeconds: fields.extensionSeconds ?? 1800,
    createdAt: now,
    updatedAt: now,
  });
  if (fields.queued !== false) {
    fork.create(Dispatch, {
      kind: 'start_intent',
      subjectId: id,
      dedupeKey: `start_intent:${id}`,
      data: {},
      attempts: 0,
      availableAt: now,
      createdAt: now,
    });
  }
  await fork.flush();
  return id;
};

export interface TransferFields {
  amount?: string;
  coin?: CoinId;
  chainId?: number;
  state?: TransferState;
  blockTime?: Date;
  txHash?: Hex;
  fromAddress?: Address;
}

/** A coin has one token on each chain here. */
const TOKENS: Record<CoinId, Address> = { 1: `0x${'1'.repeat(40)}`, 2: `0x${'2'.repeat(40)}` };

/** A transfer of 10 USDT on local chain A, as the watcher stores it, without its signal. @returns its id */
export const addTransfer = async (em: Em, intentId: IntentId, fields: TransferFields = {}): Promise<string> => {
  const fork = em.fork();
  const intent = await fork.findOneOrFail(CheckoutIntent, intentId);
  const amountUnits = units(fields.amount ?? '10');
  const now = new Date();
  const transfer = fork.create(TokenTransfer, {
    chainId: fields.chainId ?? 31337,
    blockNumber: 100n,
    blockHash: hex(32),
    blockTime: fields.blockTime ?? now,
    txHash: fields.txHash ?? hex(32),
    logIndex: 0,
    token: TOKENS[fields.coin ?? 1],
    coin: fields.coin ?? 1,
    fromAddress: fields.fromAddress ?? randomAddress(),
    toAddress: intent.depositAddress,
    amountBaseUnits: baseUnitsOf(amountUnits / 10n ** 12n),
    amountUnits: unitsOf(amountUnits),
    intent,
    state: fields.state ?? 'seen',
    inPayment: false,
    createdAt: now,
    updatedAt: now,
  });
  await fork.flush();
  return String(transfer.id);
};

export const setTransferState = async (em: Em, transferId: string, state: TransferState): Promise<void> => {
  await em.fork().execute('update token_transfer set state = ? where id = ?', [state, transferId]);
};

/** Sets a chain's cursor to a block of this time. */
export const setWatcher = async (em: Em, chainId: number, blockTime: Date): Promise<void> => {
  await em.fork().upsert(ChainCursor, {
    chainId,
    blockNumber: 200n,
    blockHash: hex(32),
    blockTime,
    finalBlockNumber: 190n,
    headNumber: 200n,
    headSeenAt: new Date(),
    leaseToken: 0n,
    updatedAt: new Date(),
  });
};

/** A webhook event of an intent, as a confirmed payment leaves it, without its outbox row. @returns its id */
export const makeWebhookEvent = async (
  em: Em,
  intentId: IntentId,
  fields: { ownWorkflow?: boolean } = {},
): Promise<string> => {
  const fork = em.fork();
  const intent = await fork.findOneOrFail(CheckoutIntent, intentId);
  const id = makeId('evt', randomBytes(16));
  const transactionId = makeId('txn', randomBytes(16));
  fork.create(WebhookEvent, {
    id,
    transactionId,
    store: intent.store,
    intent,
    eventType: 'checkout_intent.confirmed',
    body: JSON.stringify({ webhook_id: id, all_scale_transaction_id: transactionId, note: 'Zürich ✓' }),
    state: 'pending',
    createdAt: new Date(),
    ownWorkflow: fields.ownWorkflow ?? true,
  });
  await fork.flush();
  return id;
};
