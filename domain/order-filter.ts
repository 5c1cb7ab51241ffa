// The filter of a store's orders, shared by list, export and reports. Parses a page's query string and reports invalid fields.
import { type Address, type Hex, toChecksumAddress } from './address.ts';
import { allChains } from './chains.ts';
import { type CoinId, coinBySymbol } from './coins.ts';
import { type IntentId, isIntentId } from './ids.ts';
import { addDays, type Day, parseDay, startOfDay } from './local-days.ts';
import { UNIT_DECIMALS, type Units, unitsOf } from './money.ts';
import { type OrderSourceKind, orderSourceByName } from './order-source.ts';
import { IntentStatus, type IntentStatusName, PaymentMethod } from './status.ts';
import { parseTxHash } from './tx-hash.ts';
import { readTypedDecimal, typedProblem } from './typed-amount.ts';

const S = IntentStatus;

/** Every status is in exactly one tab. `attention` also has paid orders with an open review. */
export const ORDER_TABS = {
  paid: [S.CONFIRMED],
  'in-progress': [S.CREATED, S.PAYING, S.TEMP_WALLET_RECEIVED, S.ON_CHAIN],
  attention: [S.PENDING_MANUAL_OPERATION, S.SEND_BACK, S.UNDERPAID, S.FAILED],
  expired: [S.TIMEOUT, S.CANCELED, S.REJECTED],
} as const satisfies Record<string, readonly IntentStatus[]>;
export type OrderTab = keyof typeof ORDER_TABS;

/** The names of the payment methods in URLs and CSV. */
export const METHOD_NAMES = {
  [PaymentMethod.WALLET_SCAN]: 'WALLET_SCAN',
  [PaymentMethod.WALLET_CONNECT]: 'WALLET_CONNECT',
  [PaymentMethod.ALL_SCALE_PAY]: 'ALL_SCALE_PAY',
} as const;
export type ChosenMethod = keyof typeof METHOD_NAMES;

/** A parsed search. Keeps the text as well, because a shop's own order id may have the form of an id, a hash or an address. */
export type OrderSearch =
  | { kind: 'intent'; id: IntentId; text: string }
  | { kind: 'transaction'; hash: Hex; text: string }
  /** The payer's, or the deposit address. */
  | { kind: 'address'; address: Address; text: string }
  /** Orders that have each word somewhere: in order id, description, customer's id, name or e-mail address. */
  | { kind: 'text'; text: string; words: string[] };

/** Absent members do not restrict. */
export interface OrderFilter {
  tab?: OrderTab;
  statuses?: readonly IntentStatus[];
  /** Networks and coins of the payment: orders that are not paid have none. */
  chainIds?: readonly number[];
  coins?: readonly CoinId[];
  methods?: readonly ChosenMethod[];
  /** Who made the order. */
  sources?: readonly OrderSourceKind[];
  /** The price in coin, both ends included. */
  minUnits?: Units;
  maxUnits?: Units;
  /** When the order was created, Unix seconds: the first is included, the second not. */
  createdFrom?: number;
  createdBefore?: number;
  search?: OrderSearch;
  /** These orders only. */
  ids?: readonly IntentId[];
}

export const FILTER_FIELDS = [
  'tab',
  'status',
  'network',
  'coin',
  'method',
  'source',
  'min',
  'max',
  'from',
  'to',
  'q',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

export interface FilterProblem {
  field: FilterField;
  message: string;
}

export interface ParsedFilter {
  filter: OrderFilter;
  /** Fields that are invalid. A filter with problems must not be applied: it would match more orders than intended. */
  problems: FilterProblem[];
}

const MAX_SEARCH_LENGTH = 128;
const MAX_WORDS = 10;

/** Parses the search box. Undefined for text that is too long or has control characters. */
export const parseSearch = (text: string): OrderSearch | undefined => {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (isIntentId(lower)) return { kind: 'intent', id: lower, text: trimmed };
  const hash = parseTxHash(trimmed);
  // In other text the digits are part of a shop's order id.
  if (hash && (/^(0x)?[0-9a-f]{64}$/.test(lower) || /^https?:\/\//.test(lower))) {
    return { kind: 'transaction', hash, text: trimmed };
  }
  if (/^0x[0-9a-f]{40}$/.test(lower)) return { kind: 'address', address: toChecksumAddress(lower), text: trimmed };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are rejected; Postgres stores no NUL.
  if (trimmed.length > MAX_SEARCH_LENGTH || /[\u0000-\u001f\u007f]/.test(trimmed)) return undefined;
  // People write an order id as "#1042".
  const words = trimmed.replace(/^#(?=\S)/, '').split(/\s+/);
  return words.length > MAX_WORDS ? undefined : { kind: 'text', text: trimmed, words };
};

/** A word is found by the index of trigrams, three characters each; letters and digits make them. */
export const hasIndexedWord = (words: readonly string[]): boolean =>
  words.some((word) => /[\p{L}\p{N}]{3}/u.test(word));

/**
 * Parses a filter from a page's query string. Empty parameters are ignored; lists repeat their name (`coin=USDT&coin=USDC`).
 * @param timeZone the store's, in which `from` and `to` are days (both included)
 */
export const parseOrderFilter = (params: URLSearchParams, timeZone: string): ParsedFilter => {
  const problems: FilterProblem[] = [];
  const filter: OrderFilter = {};
  const one = (field: FilterField): string => params.get(field)?.trim() ?? '';
  const reject = (field: FilterField, message: string): undefined => {
    problems.push({ field, message });
  };
  /** The parsed values; undefined when there are none or one is invalid. */
  const list = <T>(field: FilterField, read: (text: string) => T | undefined, expected: string): T[] | undefined => {
    const given = params.getAll(field).filter((text) => text.trim() !== '');
    if (given.length === 0) return undefined;
    const values: T[] = [];
    for (const text of given) {
      const value = read(text.trim());
      if (value === undefined) return reject(field, `"${shorten(text)}" is not ${expected}.`);
      values.push(value);
    }
    return [...new Set(values)];
  };

  const tab = one('tab');
  if (tab !== '' && tab !== 'all') {
    if (Object.hasOwn(ORDER_TABS, tab)) filter.tab = tab as OrderTab;
    else reject('tab', `There is no tab "${shorten(tab)}".`);
  }
  const statuses = list('status', (text) => S[text.toUpperCase() as IntentStatusName], 'a status');
  if (statuses) filter.statuses = statuses;
  const chainIds = list('network', (text) => allChains().find(({ id }) => String(id) === text)?.id, 'a known network');
  if (chainIds) filter.chainIds = chainIds;
  const coins = list('coin', coinBySymbol, 'a coin: USDT or USDC');
  if (coins) filter.coins = coins;
  const methods = list('method', methodByName, 'a way to pay');
  if (methods) filter.methods = methods;
  const sources = list('source', orderSourceByName, 'a source: api, link, invoice or hand');
  if (sources) filter.sources = sources;

  const amount = (field: 'min' | 'max'): Units | undefined => {
    const text = one(field);
    if (text === '') return undefined;
    const read = readTypedDecimal(text, UNIT_DECIMALS);
    if ('value' in read) return unitsOf(read.value);
    return reject(field, `"${shorten(text)}" ${typedProblem(read, 'is not an amount: write 25 or 25.50')}.`);
  };
  const minUnits = amount('min');
  const maxUnits = amount('max');
  if (minUnits !== undefined) filter.minUnits = minUnits;
  if (maxUnits !== undefined) filter.maxUnits = maxUnits;
  if (minUnits !== undefined && maxUnits !== undefined && minUnits > maxUnits) {
    reject('max', 'The largest amount is below the smallest.');
  }

  const day = (field: 'from' | 'to'): Day | undefined => {
    const text = one(field);
    if (text === '') return undefined;
    return parseDay(text) ?? reject(field, `"${shorten(text)}" is not a day: write 2026-11-22.`);
  };
  const from = day('from');
  const to = day('to');
  if (from) filter.createdFrom = startOfDay(from, timeZone);
  if (to) filter.createdBefore = startOfDay(addDays(to, 1), timeZone);
  if (from && to && from > to) reject('to', 'The last day is before the first.');

  const q = one('q');
  if (q !== '') {
    const search = parseSearch(q);
    if (search) filter.search = search;
    else
      reject(
        'q',
        `Search for at most ${MAX_WORDS} words or ${MAX_SEARCH_LENGTH} characters, without control characters.`,
      );
  }
  return { filter, problems };
};

/** What somebody typed, short enough for a message. */
export const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const methodByName = (text: string): ChosenMethod | undefined => {
  const found = Object.entries(METHOD_NAMES).find(([, name]) => name === text.toUpperCase());
  return found && (Number(found[0]) as ChosenMethod);
};

/** The statuses that tab and status leave, or undefined when both are open. `attention` adds paid orders by itself. */
export const statusesOf = ({ tab, statuses }: OrderFilter): readonly IntentStatus[] | undefined => {
  if (!tab) return statuses;
  const ofTab: readonly IntentStatus[] = ORDER_TABS[tab];
  return statuses ? ofTab.filter((status) => statuses.includes(status)) : ofTab;
};
