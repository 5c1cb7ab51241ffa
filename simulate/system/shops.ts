// The merchants: stores with different rules, their API clients, and their webhook receivers.
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore, type NewStore } from '#db/merchants/stores.ts';
import type { Orm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { type LocalAccount, localAccountAt } from '#scripts/lib/local-accounts.ts';
import { AllScaleClient } from '#sdk/src/client.ts';
import { sha256Hex, signLines, utf8 } from '#sdk/src/signing.ts';
import { createRandom } from '../random.ts';
import { type Receiver, startReceiver } from './receivers.ts';
import type { SystemStack } from './stack.ts';

export interface Shop {
  name: string;
  storeId: string;
  email: string;
  receiverAddress: Address;
  /** Of the receiver: it signs and sends refunds. */
  receiverKey: LocalAccount['privateKey'];
  acceptedChainIds: readonly number[];
  toleranceBps: number;
  receiver: Receiver;
  /** Nothing responds there. */
  isReceiverDead: boolean;
  keys: { apiKey: string; apiSecret: string };
  client: AllScaleClient;
}

/** Of the local chains' accounts, those that nothing else uses. */
const FIRST_RECEIVER = 2;
const CHECKOUT_SECONDS = 60;
/** More than any store allows. */
const CLOCK_ERROR_SECONDS = 1_200;

type Rules = Pick<NewStore, 'name' | 'acceptedChainIds' | 'toleranceBps' | 'minimumConfirmations' | 'extensionSeconds'>;

const SHOPS: readonly Rules[] = [
  { name: 'Steady', acceptedChainIds: null, toleranceBps: 50, extensionSeconds: 30 },
  {
    name: 'Flapping',
    acceptedChainIds: null,
    toleranceBps: 0,
    extensionSeconds: 0,
    minimumConfirmations: { '31337': 5, '31338': 4 },
  },
  { name: 'Dead', acceptedChainIds: [31337], toleranceBps: 100, extensionSeconds: 30 },
];

const openShop = async (
  orm: Orm,
  { webUrl, masterKeys }: Pick<SystemStack, 'webUrl' | 'masterKeys'>,
  rules: Rules,
  place: number,
  seed: number,
): Promise<Shop> => {
  const em = orm.em.fork();
  const receiver = await startReceiver(createRandom(seed * 31 + place));
  const email = `${rules.name.toLowerCase()}@shops.example`;
  const account = localAccountAt(FIRST_RECEIVER + place);
  const receiverAddress = knownPayable(toChecksumAddress(account.address));
  const { storeId } = await createMerchantAndStore(em, {
    ...rules,
    email,
    receiver: receiverAddress,
    webhookUrl: receiver.url,
    checkoutTtlSeconds: CHECKOUT_SECONDS,
  });
  await em.execute('update store set notification_emails = array[?] where id = ?', [email, storeId]);
  const keys = await createApiKey(em, parseMasterKeys(masterKeys), storeId, { name: 'simulation' });
  receiver.keys = keys;
  const isReceiverDead = rules.name === 'Dead';
  if (isReceiverDead) receiver.mood = 'dead';
  return {
    name: rules.name,
    storeId,
    email,
    receiverAddress,
    receiverKey: account.privateKey,
    acceptedChainIds: rules.acceptedChainIds ?? [31337, 31338],
    toleranceBps: rules.toleranceBps ?? 50,
    receiver,
    isReceiverDead,
    keys,
    client: new AllScaleClient({ baseUrl: webUrl, ...keys, timeoutMs: 8_000 }),
  };
};

export const openShops = async (stack: SystemStack, seed: number): Promise<Shop[]> =>
  await Promise.all(SHOPS.map(async (rules, place) => await openShop(stack.orm, stack, rules, place, seed)));

/** A create by a server whose clock is wrong. @returns the HTTP status; undefined without a response */
export const createWithWrongClock = async (
  webUrl: string,
  { keys }: Shop,
  ahead: boolean,
): Promise<number | undefined> => {
  const path = '/v1/checkout_intents/';
  const body = JSON.stringify({ stable_coin: 1, amount_cents: 100, order_id: 'wrong clock' });
  const timestamp = String(Math.floor(Date.now() / 1000) + (ahead ? CLOCK_ERROR_SECONDS : -CLOCK_ERROR_SECONDS));
  const nonce = crypto.randomUUID();
  const lines = ['POST', path, '', timestamp, nonce, await sha256Hex(utf8(body))];
  const headers = {
    'Content-Type': 'application/json',
    'X-API-Key': keys.apiKey,
    'X-Timestamp': timestamp,
    'X-Nonce': nonce,
    'X-Signature': await signLines(keys.apiSecret, lines),
  };
  try {
    const signal = AbortSignal.timeout(5_000);
    return (await fetch(webUrl + path, { method: 'POST', headers, body, signal })).status;
  } catch {
    return undefined;
  }
};
