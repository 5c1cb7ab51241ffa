// Merchants and their orders, as the API creates them: same fee, same deposit address, same statement.
import { createHash } from 'node:crypto';
import { createIntent, readClaimedIntent } from '#db/intents/create-intent.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { DEFAULT_MIN_FEE_UNITS, feeRateE9 } from '#domain/fees.ts';
import { makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, unitsFromCents } from '#domain/money.ts';
import { knownPayable, type PayableAddress } from '#domain/payable-address.ts';
import { hashOf } from '../chain/chain.ts';
import { FACTORY } from '../chain/contracts.ts';
import type { Operation } from '../operations.ts';
import type { SimDatabase } from './database.ts';
import type { TrueOrder } from './truth.ts';

export interface SimStore {
  storeId: string;
  apiKeyId: string;
  createdAt: Date;
}

const MASTER_KEYS = parseMasterKeys(`sim:${Buffer.alloc(32, 3).toString('base64')}`);
const addressOf = (name: string): PayableAddress =>
  knownPayable(toChecksumAddress(hashOf('address', name).slice(0, 42)));
export const RECEIVER = addressOf('receiver');
export const FEE_RECEIVER = addressOf('fees');
export const payerOf = (index: number): Address => addressOf(`payer ${index}`);

export const createStore = async ({ orm, rows }: SimDatabase, timeZone: string): Promise<SimStore> => {
  const { storeId } = await createMerchantAndStore(orm.em, {
    name: 'Simulated shop',
    email: 'owner@shop.example',
    receiver: RECEIVER,
  });
  await rows('update store set time_zone = $2, notification_emails = $3 where id = $1', [
    storeId,
    timeZone,
    ['owner@shop.example', 'till@shop.example'],
  ]);
  const { apiKey } = await createApiKey(orm.em, MASTER_KEYS, storeId, { name: 'shop' });
  return { storeId, apiKeyId: apiKey, createdAt: new Date() };
};

type Create = Extract<Operation, { kind: 'create' }>;

/** The request of an order. The id is of the seed, so that a run is the same each time. */
export const newOrder = (
  store: SimStore,
  create: Create,
  chainIds: readonly [number, number],
  seed: number,
): { intent: NewIntent; order: TrueOrder } => {
  const now = new Date();
  const random = createHash('sha256').update(`${seed}:${create.order}`).digest();
  const id = makeIntentId(now.getTime() / 1000, random.subarray(0, 8));
  const contractId = makeContractId(random.subarray(8, 20));
  const amountUnits = unitsFromCents(centsOf(create.priceCents));
  const rate = feeRateE9(amountUnits, create.feeBps, DEFAULT_MIN_FEE_UNITS);
  const terms = { receiver: RECEIVER, feeReceiver: FEE_RECEIVER, feeRateE9: rate, contractId };
  const accepted = create.chains.map((index) => chainIds[index]);
  const expiresAt = new Date(now.getTime() + create.minutes * 60_000);
  const deposit = depositAddress(FACTORY, terms);
  const extensionSeconds = create.extensionMinutes * 60;
  const intent: NewIntent = {
    ...{ id, contractId },
    ...{ storeId: store.storeId, apiKeyId: store.apiKeyId, currency: null, stableCoin: create.coins[0] ?? 1 },
    ...{ amountCents: centsOf(create.priceCents), amountUnits, rateE10: null, toleranceBps: create.toleranceBps },
    ...{
      acceptedStableCoins: create.coins,
      acceptedChainIds: accepted,
      extensionSeconds,
      orderId: `o-${create.order}`,
    },
    ...{ orderDescription: null, userId: null, userName: null, redirectUrl: null, extraJson: null, factory: FACTORY },
    ...{ receiver: RECEIVER, feeReceiver: FEE_RECEIVER, feeRateE9: rate, depositAddress: deposit },
    ...{ expiresAt, createdAt: now, acceptsBridgedTokens: create.bridged },
  };
  const minFeeRate = (10n ** 17n * 10n ** 9n + amountUnits - 1n) / amountUnits;
  const wanted = BigInt(create.feeBps) * 100_000n > minFeeRate ? BigInt(create.feeBps) * 100_000n : minFeeRate;
  const order: TrueOrder = {
    ...{
      name: create.order,
      id,
      contractId,
      key: `key-${create.order}`,
      priceUnits: BigInt(create.priceCents) * 10n ** 16n,
    },
    ...{ coins: create.coins, chainIds: accepted, toleranceBps: create.toleranceBps, receiver: RECEIVER },
    ...{ feeReceiver: FEE_RECEIVER, feeRateE9: wanted > 10n ** 9n ? 10n ** 9n : wanted, deposit },
    ...{ expiresAt: expiresAt.getTime(), extensionMs: extensionSeconds * 1000, isCanceled: false, isDecided: false },
    acceptsBridged: create.bridged,
    ...{ isPayerDenied: false, isReorganised: false, isUndone: false, isSettledByOthers: false },
  };
  return { intent, order };
};

/** Sends the request. @returns the id in the response */
export const sendCreate = async (
  { orm }: SimDatabase,
  { storeId, apiKeyId }: SimStore,
  intent: NewIntent,
  key: string,
): Promise<string> => {
  const sql = sqlOf(orm);
  const nonce = { apiKeyId, nonce: `${intent.id}:${Date.now()}`, expiresAt: new Date(Date.now() + 600_000) };
  const outcome = await createIntent(sql, nonce, intent, { key, bodySha256: '0'.repeat(64) });
  if (outcome === 'created') return intent.id;
  return (await readClaimedIntent(sql, storeId, key))?.intent.id ?? outcome;
};
