// Reads the list of orders for the filter in the URL.

import {
  countOrders,
  listOrders,
  type OrderCursor,
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
import type { Sql } from '#db/pool.ts';
import { allChains, networkName, networksFor, tokenName } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
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

export interface ListedStore {
  id: string;
  /** IANA name. */
  timeZone: string;
}

/**
 * Parameters: those of the filter (domain/order-filter.ts); `older` or `newer` with the id of the page's cursor; `sort=oldest`;
 * `totals=on`; and `hide` for each column that is not shown.
 */
export const readOrdersView = async (
  sql: Sql,
  store: ListedStore,
  params: URLSearchParams,
  chainIds: readonly number[],
): Promise<OrdersView> => {
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  const typed = FILTER_FIELDS.map((field) => [field, params.get(field)?.trim() ?? ''] as const);
  const isFiltered = typed.some(([field, value]) => field !== 'tab' && value !== '');
  const sort = params.get('sort') === 'oldest' ? 'oldest' : 'newest';
  const [page, networks, counts, totals] = await Promise.all([
    problems.length > 0
      ? { orders: [], newer: null, older: null }
      : listOrders(sql, store.id, filter, cursorOf(params), PAGE_ORDERS, sort),
    readStoreNetworks(sql, store.id),
    isFiltered ? null : countTabs(sql, store.id),
    params.get('totals') === 'on' && problems.length === 0 ? readFilterTotals(sql, store.id, filter) : null,
  ]);
  const today = dayOf(Date.now(), store.timeZone);
  return {
    tab: filter.tab ?? 'all',
    lines: page.orders.map(toOrderLine),
    readAt: epochSeconds(),
    newer: page.newer,
    older: page.older,
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

const countText = (count: number): string =>
  count > MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en-US')}+` : count.toLocaleString('en-US');

const columnsOf = (params: URLSearchParams): OrderColumn[] => {
  const hidden = params.getAll('hide');
  return ORDER_COLUMNS.filter((column) => !hidden.includes(column));
};

const totalsView = ({ orders, parts }: FilterTotals): OrdersTotals => ({
  orders,
  parts: parts.map(({ chainId, token, coin, orders: paid, grossUnits, feeUnits, netUnits }) => ({
    coin: tokenName(chainId, token, coin),
    network: networkName(chainId),
    orders: paid,
    gross: formatUnits(grossUnits),
    fee: formatUnits(feeUnits),
    net: formatUnits(netUnits),
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

/** The filter of a URL; `order` names chosen orders. Throws UserError `bad_filter`, which names the first invalid parameter. */
export const filterOf = (params: URLSearchParams, timeZone: string): OrderFilter => {
  const { filter, problems } = parseOrderFilter(params, timeZone);
  const first = problems[0];
  if (first) throw new UserError('bad_filter', `${first.field}: ${first.message}`);
  const chosen = params.getAll('order');
  return chosen.length > 0 ? { ...filter, ids: chosen.filter(isIntentId) } : filter;
};

/**
 * Changes of a list since it was read: the ids of its newest orders, and the current state of the orders in `ids` (separated by dots,
 * at most a page of them). The page decides which of the newest are new to it.
 */
export const readChanges = async (sql: Sql, store: ListedStore, params: URLSearchParams): Promise<OrdersChanges> => {
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  // Taken before reading: the next poll finds what changes in between.
  const readAt = epochSeconds();
  if (problems.length > 0) return { newest: [], lines: [], readAt };
  const ids = (params.get('ids') ?? '').split('.').filter(isIntentId).slice(0, PAGE_ORDERS);
  const [newest, orders] = await Promise.all([
    readNewestIds(sql, store.id, filter, MAX_CHANGES),
    readOrdersAgain(sql, store.id, filter, ids),
  ]);
  return { newest, lines: orders.map(toLiveLine), readAt };
};

export const countFor = (sql: Sql, storeId: string, filter: OrderFilter): Promise<number> =>
  countOrders(sql, storeId, filter);

const MOST_FOUND = 6;

export const findLines = async (sql: Sql, storeId: string, text: string): Promise<OrderLine[]> => {
  const search = parseSearch(text);
  if (!search) return [];
  const filter = text.trim() === '' ? {} : { search };
  return (await listOrders(sql, storeId, filter, null, MOST_FOUND)).orders.map(toOrderLine);
};
