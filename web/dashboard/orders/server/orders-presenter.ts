// Reads the list of orders for the filter in the URL.

import {
  countOrders,
  listOrders,
  type OrderCursor,
  type OrderPage,
  PAGE_ORDERS,
  readNewestIds,
  readOrdersAgain,
} from '#db/orders/order-list.ts';
import {
  countTabs,
  type FilterTotals,
  MOST_COUNTED,
  readFilterTotals,
  readStoreNetworks,
} from '#db/orders/order-summary.ts';
import type { Em } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { unlessSlow } from '#db/time-limit.ts';
import { allChains, networkName, networksFor, tokenName } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
import { CSV_STYLE_PARAMETERS } from '#domain/csv-style.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { addDays, type Day, dayOf, firstOfMonth } from '#domain/local-days.ts';
import { formatUnits } from '#domain/money.ts';
import { FILTER_FIELDS, METHOD_NAMES, type OrderFilter, parseOrderFilter, parseSearch } from '#domain/order-filter.ts';
import { OrderSourceKind } from '#domain/order-source.ts';
import { INTENT_STATUSES, statusName } from '#domain/status.ts';
import { ORDER_COLUMNS, type OrderColumn } from '../parts/order-columns.ts';
import { METHOD_LABELS, SOURCE_LABELS, toLiveLine, toOrderLine } from './order-line.ts';
import {
  type Choice,
  type DatePreset,
  MAX_CHANGES,
  type OrderLine,
  type OrdersChanges,
  type OrdersTotals,
  type OrdersView,
} from './orders-types.ts';
import { unknownIn } from './unknown-parts.ts';

export interface ListedStore {
  id: string;
  /** IANA name. */
  timeZone: string;
}

/** How long a person waits for a list, and for sums over all of it, before it is stopped. Seconds. */
const LIST_SECONDS = 5;
const TOTALS_SECONDS = 15;

/**
 * Parameters: those of the filter (domain/order-filter.ts); `older` or `newer` with the id of the page's cursor; `sort=oldest`;
 * `totals=on`; and `hide` for each column that is not shown. The view names all others, and values that these do not take.
 */
export const readOrdersView = async (
  em: Em,
  store: ListedStore,
  params: URLSearchParams,
  chainIds: readonly number[],
  limits = { list: LIST_SECONDS, totals: TOTALS_SECONDS },
): Promise<OrdersView> => {
  const sql = sqlOf({ em });
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  const typed = FILTER_FIELDS.map((field) => [field, params.get(field)?.trim() ?? ''] as const);
  const isFiltered = typed.some(([field, value]) => field !== 'tab' && value !== '');
  const sort = params.get('sort') === 'oldest' ? 'oldest' : 'newest';
  const asksTotals = params.get('totals') === 'on' && problems.length === 0;
  const [page, networks, counts, totals] = await Promise.all([
    problems.length > 0
      ? NO_ORDERS
      : unlessSlow(em, limits.list, (own) => listOrders(own, store.id, filter, cursorOf(params), PAGE_ORDERS, sort)),
    readStoreNetworks(sql, store.id),
    isFiltered ? null : countTabs(sql, store.id),
    asksTotals ? unlessSlow(em, limits.totals, (own) => readFilterTotals(own, store.id, filter)) : null,
  ]);
  const { orders, newer, older } = page ?? NO_ORDERS;
  const slowTotals = asksTotals && !totals ? ({ what: 'totals', seconds: limits.totals } as const) : null;
  const today = dayOf(Date.now(), store.timeZone);
  return {
    tab: filter.tab ?? 'all',
    lines: orders.map(toOrderLine),
    readAt: epochSeconds(),
    newer,
    older,
    slow: page ? slowTotals : { what: 'orders', seconds: limits.list },
    unknown: unknownIn(params),
    sort,
    columns: columnsOf(params),
    tabCounts: counts && Object.fromEntries(Object.entries(counts).map(([tab, count]) => [tab, countText(count)])),
    totals: totals && totalsView(totals),
    presets: presetsOf(today),
    typed: Object.fromEntries(typed.filter(([, value]) => value !== '')),
    problems: Object.fromEntries(problems.map(({ field, message }) => [field, message])),
    isFiltered,
    choices: {
      status: INTENT_STATUSES.map((status) => ({ value: statusName(status), label: statusName(status) })),
      network: networkChoices(networks, chainIds, filter.chainIds),
      coin: COIN_IDS.map((id) => ({ value: coinSymbol(id), label: coinSymbol(id) })),
      method: Object.entries(METHOD_NAMES).map(([id, value]) => ({
        value,
        label: METHOD_LABELS[Number(id) as keyof typeof METHOD_LABELS],
      })),
      source: Object.entries(OrderSourceKind).map(([name, source]) => ({
        value: name.toLowerCase(),
        label: SOURCE_LABELS[source],
      })),
    },
  };
};

const NO_ORDERS: OrderPage = { orders: [], newer: null, older: null };

const countText = (count: number): string =>
  count > MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en-US')}+` : count.toLocaleString('en-US');

const columnsOf = (params: URLSearchParams): OrderColumn[] => {
  const hidden = params.getAll('hide');
  return ORDER_COLUMNS.filter((column) => !hidden.includes(column));
};

const totalsView = ({ orders, parts }: FilterTotals): OrdersTotals => ({
  orders,
  parts: parts.map(({ chainId, token, coin, orders: paid, grossUnits, feeUnits, netUnits, refundedUnits }) => ({
    coin: tokenName(chainId, token, coin),
    network: networkName(chainId),
    orders: paid,
    gross: formatUnits(grossUnits),
    fee: formatUnits(feeUnits),
    net: formatUnits(netUnits),
    refunded: formatUnits(refundedUnits),
  })),
});

/** Days that people ask for, as the filter's `from` and `to`. */
export const presetsOf = (today: Day): DatePreset[] => {
  const month = firstOfMonth(today);
  const lastOfMonthBefore = addDays(month, -1);
  return [
    { label: 'Today', from: today, to: today },
    { label: 'Yesterday', from: addDays(today, -1), to: addDays(today, -1) },
    { label: 'Last 7 days', from: addDays(today, -6), to: today },
    { label: 'Last 30 days', from: addDays(today, -29), to: today },
    { label: 'This month', from: month, to: today },
    { label: 'Last month', from: firstOfMonth(lastOfMonthBefore), to: lastOfMonthBefore },
  ];
};

const epochSeconds = (): number => Math.floor(Date.now() / 1000);

/** What the store takes, what its orders were paid on, and what the filter names. */
const networkChoices = (
  { accepted, paid, isTest }: Awaited<ReturnType<typeof readStoreNetworks>>,
  enabled: readonly number[],
  filtered: readonly number[] = [],
): Choice[] => {
  const offered = networksFor(
    { isTest },
    allChains().filter(({ id }) => enabled.includes(id)),
  ).map(({ id }) => id);
  const named = new Set([...(accepted ?? offered), ...paid, ...filtered]);
  return allChains()
    .filter(({ id }) => named.has(id))
    .map(({ id, name }) => ({ value: String(id), label: name }));
};

const cursorOf = (params: URLSearchParams): OrderCursor | null => {
  const older = params.get('older');
  const newer = params.get('newer');
  if (isIntentId(older)) return { side: 'older', id: older };
  if (isIntentId(newer)) return { side: 'newer', id: newer };
  return null;
};

/** Of the URL of a file, besides those of the list. */
const FILE_PARAMETERS = ['order', 'rows', ...CSV_STYLE_PARAMETERS];

/**
 * The filter of a URL; `order` names chosen orders. Throws UserError `bad_filter`, which names the first parameter that is invalid or
 * unknown: a file without a filter that its reader means has too many orders.
 */
export const filterOf = (params: URLSearchParams, timeZone: string): OrderFilter => {
  const { filter, problems } = parseOrderFilter(params, timeZone);
  const first = problems[0];
  if (first) throw new UserError('bad_filter', `${first.field}: ${first.message}`);
  const unknown = unknownIn(params, FILE_PARAMETERS)?.parts[0];
  if (unknown !== undefined) throw new UserError('bad_filter', `“${unknown}” is no filter of orders.`);
  const chosen = params.getAll('order');
  return chosen.length > 0 ? { ...filter, ids: chosen.filter(isIntentId) } : filter;
};

/**
 * Changes of a list since it was read: the ids of its newest orders, and the current state of the orders in `ids` (separated by dots,
 * at most a page of them). The page decides which of the newest are new to it. Null: it took too long.
 */
export const readChanges = async (
  em: Em,
  store: ListedStore,
  params: URLSearchParams,
): Promise<OrdersChanges | null> => {
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  // Taken before reading: the next poll finds what changes in between.
  const readAt = epochSeconds();
  if (problems.length > 0) return { newest: [], lines: [], readAt };
  const ids = (params.get('ids') ?? '').split('.').filter(isIntentId).slice(0, PAGE_ORDERS);
  const [newest, orders] = await Promise.all([
    unlessSlow(em, LIST_SECONDS, (own) => readNewestIds(own, store.id, filter, MAX_CHANGES)),
    readOrdersAgain(sqlOf({ em }), store.id, filter, ids),
  ]);
  return newest && { newest, lines: orders.map(toLiveLine), readAt };
};

/** Null when counting takes too long. */
export const countFor = (em: Em, storeId: string, filter: OrderFilter): Promise<number | null> =>
  unlessSlow(em, TOTALS_SECONDS, (sql) => countOrders(sql, storeId, filter));

const MOST_FOUND = 6;

/** Null: it took too long. */
export const findLines = async (em: Em, storeId: string, text: string): Promise<OrderLine[] | null> => {
  const search = parseSearch(text);
  if (!search) return [];
  const filter = text.trim() === '' ? {} : { search };
  const found = await unlessSlow(em, LIST_SECONDS, (sql) => listOrders(sql, storeId, filter, null, MOST_FOUND));
  return found?.orders.map(toOrderLine) ?? null;
};
