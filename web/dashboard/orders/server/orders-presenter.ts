// Reads the list of orders for the filter in the URL.

import {
  countOrders,
  listOrders,
  type OrderCursor,
  PAGE_ORDERS,
  readNewestIds,
  readOrdersAgain,
} from '#db/orders/order-list.ts';
import type { Sql } from '#db/pool.ts';
import { CHAINS } from '#domain/chains.ts';
import { COIN_IDS, coinSymbol } from '#domain/coins.ts';
import { UserError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { FILTER_FIELDS, METHOD_NAMES, type OrderFilter, parseOrderFilter, parseSearch } from '#domain/order-filter.ts';
import { INTENT_STATUSES, statusName } from '#domain/status.ts';
import { METHOD_LABELS, toLiveLine, toOrderLine } from './order-line.ts';
import { type Choice, MAX_CHANGES, type OrderLine, type OrdersChanges, type OrdersView } from './orders-types.ts';

export interface ListedStore {
  id: string;
  /** IANA name. */
  timeZone: string;
}

/** Parameters: those of the filter (domain/order-filter.ts), and `older` or `newer` with the id of the page's cursor. */
export const readOrdersView = async (
  sql: Sql,
  store: ListedStore,
  params: URLSearchParams,
  chainIds: readonly number[],
): Promise<OrdersView> => {
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  const page =
    problems.length > 0
      ? { orders: [], newer: null, older: null }
      : await listOrders(sql, store.id, filter, cursorOf(params));
  const typed = FILTER_FIELDS.map((field) => [field, params.get(field)?.trim() ?? ''] as const);
  return {
    tab: filter.tab ?? 'all',
    lines: page.orders.map(toOrderLine),
    readAt: epochSeconds(),
    newer: page.newer,
    older: page.older,
    typed: Object.fromEntries(typed.filter(([, value]) => value !== '')),
    problems: Object.fromEntries(problems.map(({ field, message }) => [field, message])),
    isFiltered: typed.some(([field, value]) => field !== 'tab' && value !== ''),
    byOrderId: filter.search?.kind === 'order',
    choices: {
      status: INTENT_STATUSES.map((status) => ({ value: statusName(status), label: statusName(status) })),
      network: networkChoices(chainIds),
      coin: COIN_IDS.map((id) => ({ value: coinSymbol(id), label: coinSymbol(id) })),
      method: Object.entries(METHOD_NAMES).map(([id, value]) => ({
        value,
        label: METHOD_LABELS[Number(id) as keyof typeof METHOD_LABELS],
      })),
    },
  };
};

const epochSeconds = (): number => Math.floor(Date.now() / 1000);

/** The enabled networks, without development chains elsewhere. */
const networkChoices = (chainIds: readonly number[]): Choice[] =>
  CHAINS.filter(({ id, local }) => !local || chainIds.includes(id)).map(({ id, name }) => ({
    value: String(id),
    label: name,
  }));

const cursorOf = (params: URLSearchParams): OrderCursor | null => {
  const older = params.get('older');
  const newer = params.get('newer');
  if (isIntentId(older)) return { side: 'older', id: older };
  if (isIntentId(newer)) return { side: 'newer', id: newer };
  return null;
};

/** The filter of a URL. Throws UserError `bad_filter`, which names the first invalid parameter. */
export const filterOf = (params: URLSearchParams, timeZone: string): OrderFilter => {
  const { filter, problems } = parseOrderFilter(params, timeZone);
  const first = problems[0];
  if (first) throw new UserError('bad_filter', `${first.field}: ${first.message}`);
  return filter;
};

/**
 * Changes of a list since it was read: the ids of its newest orders (none for a list that is not sorted by time), and the current
 * state of the orders in `ids` (separated by dots, at most a page of them). The page decides which of the newest are new to it.
 */
export const readChanges = async (sql: Sql, store: ListedStore, params: URLSearchParams): Promise<OrdersChanges> => {
  const { filter, problems } = parseOrderFilter(params, store.timeZone);
  // Taken before reading: the next poll finds what changes in between.
  const readAt = epochSeconds();
  if (problems.length > 0) return { newest: [], lines: [], readAt };
  const ids = (params.get('ids') ?? '').split('.').filter(isIntentId).slice(0, PAGE_ORDERS);
  const [newest, orders] = await Promise.all([
    filter.search?.kind === 'order' ? [] : readNewestIds(sql, store.id, filter, MAX_CHANGES),
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
