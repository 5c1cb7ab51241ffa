// Identifiers. Each is made from random bytes (and a time) that the caller passes: domain/ has no clock and no randomness.
import { bytesToHex } from '@noble/hashes/utils.js';

/** 24 lower-case hex digits: 4 bytes of Unix seconds, then 8 random bytes; sorts by time (docs/open-api.md section 4). */
export type IntentId = string & { readonly __brand: 'IntentId' };

/**
 * The id of an intent in the contract: 24 lower-case hex digits (a uint96), all of them random. It stands on-chain for everybody to
 * read, so it leads to no page. The intent's own id opens the checkout and never leaves our side. Intents from before decision 0064
 * have the same text for both.
 */
export type ContractId = string & { readonly __brand: 'ContractId' };

/** What names an order's workflow (`intentWorkflowId` of workflows/messages.ts). */
export interface OrderRef {
  id: IntentId;
  /** The shop's number of the order. */
  orderId: string | null;
  /** Its workflow carries it to its end, deliveries included (decision 0068). */
  oneWorkflow: boolean;
}

const READABLE_LENGTH = 40;
/**
 * A shop's order id where operators read it, in workflow ids and lines of the log: what follows an @ (an e-mail address) is left out, other
 * characters become one hyphen. Empty when nothing is left.
 */
export const readableOrderId = (orderId: string): string =>
  orderId
    .replace(/@.*$/s, '')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .slice(0, READABLE_LENGTH)
    .replace(/^-+|-+$/g, '');

const need = (bytes: Uint8Array, length: number): Uint8Array => {
  if (bytes.length !== length) throw new RangeError(`${length} random bytes needed, ${bytes.length} given`);
  return bytes;
};

/** @param random 8 random bytes */
export const makeIntentId = (epochSeconds: number, random: Uint8Array): IntentId =>
  (Math.floor(epochSeconds).toString(16).padStart(8, '0') + bytesToHex(need(random, 8))) as IntentId;

/** @param random 12 random bytes */
export const makeContractId = (random: Uint8Array): ContractId => bytesToHex(need(random, 12)) as ContractId;

/** When the intent was made, to the second. */
export const createdAtOf = (id: IntentId): Date => new Date(Number.parseInt(id.slice(0, 8), 16) * 1_000);

export const isIntentId = (text: unknown): text is IntentId => typeof text === 'string' && /^[0-9a-f]{24}$/.test(text);

/** Prefixes of the ids that people meet. All use only [A-Za-z0-9_]. */
export type IdPrefix =
  | 'mer'
  | 'sto'
  | 'req'
  | 'evt'
  | 'txn'
  | 'eml'
  | 'rfr'
  | 'chg'
  | 'whe'
  | 'whd'
  | 'lnk'
  | 'inv'
  | 'sim'
  | 'alm'
  | 'prp';

/** @param random 16 random bytes */
export const makeId = (prefix: IdPrefix, random: Uint8Array): string => `${prefix}_${bytesToHex(need(random, 16))}`;

/** Whether a text is an id of this kind: what makeId makes. */
export const isIdOf = (prefix: IdPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length + 1));

const modeOf = ({ isTest }: { isTest: boolean }): string => (isTest ? 'test' : 'live');

/** The public identifier of an API key, `st_live_…` or `st_test_…`. Older ones have no mode. @param random 16 random bytes */
export const makeApiKeyId = (store: { isTest: boolean }, random: Uint8Array): string =>
  `st_${modeOf(store)}_${bytesToHex(need(random, 16))}`;

/** An API secret, `st_live_secret_…` or `st_test_secret_…`. Older ones are `st_` and the digits. @param random 32 random bytes */
export const makeApiSecret = (store: { isTest: boolean }, random: Uint8Array): string =>
  `st_${modeOf(store)}_secret_${bytesToHex(need(random, 32))}`;

/** What secret scanners search for, old secrets included. docs/guide/authentication.md has it too; a test compares them. */
export const API_SECRET_PATTERN = 'st_(?:(?:live|test)_secret_)?[0-9a-f]{64}';
const SECRETS = new RegExp(API_SECRET_PATTERN, 'gi');
const WHOLE_SECRET = new RegExp(`^${API_SECRET_PATTERN}$`);
const WHOLE_KEY = /^st_(?:(?:live|test)_)?[0-9a-f]{1,32}$/;

export const isApiKeyId = (text: string): boolean => WHOLE_KEY.test(text);
export const isApiSecret = (text: string): boolean => WHOLE_SECRET.test(text);

/** Without the API secrets that it contains, for what is kept and shown. Ids of keys stay: they are shorter. */
export const withoutApiSecrets = (text: string): string => text.replace(SECRETS, 'st_…');
