// Orders of every store as operators see them: a search, and one order.
import { readOrderOwner } from '#db/intents/order-ref.ts';
import { type FoundOrder, findOrders } from '#db/orders/find-orders.ts';
import type { Em } from '#db/orm.ts';
import { listOrderReviews } from '#db/reviews/review-queue.ts';
import { unlessSlow } from '#db/time-limit.ts';
import { isIntentId } from '#domain/ids.ts';
import { parseSearch } from '#domain/order-filter.ts';
import { toOrderLine } from '#web/dashboard/orders/server/order-line.ts';
import { readOrderView } from '#web/dashboard/orders/server/order-presenter.ts';
import { PAGE_ROWS, pageOf } from '#web/http/list-pages.ts';
import type { FoundOrdersView, FoundOrderView, OperatorOrderView } from './operator-types.ts';

/** How long an operator waits for a search before it is stopped. */
const SEARCH_SECONDS = 5;

/** @param text as typed; blank: all orders. @param after the last order of the page before; another text: the first page */
export const readFoundOrders = async (
  em: Em,
  { text, after, size = PAGE_ROWS }: { text: string; after?: string; size?: number },
): Promise<FoundOrdersView> => {
  const search = parseSearch(text);
  if (!search) return { rows: [], next: null, stopped: 'unsearchable' };
  const query = {
    ...(text.trim() === '' ? {} : { search }),
    ...(isIntentId(after) ? { after } : {}),
    limit: size + 1,
  };
  const found = await unlessSlow(em, SEARCH_SECONDS, (sql) => findOrders(sql, query));
  if (!found) return { rows: [], next: null, stopped: 'slow' };
  const { rows, next } = pageOf(found, ({ id }) => id, size);
  return { rows: rows.map(foundOrder), next, stopped: null };
};

const foundOrder = (order: FoundOrder): FoundOrderView => {
  const { storeId, storeName, storeIsTest, merchantId, merchantName } = order;
  return { ...toOrderLine(order), storeId, storeName, storeIsTest, merchantId, merchantName };
};

/** Null when there is no such order. */
export const readOperatorOrder = async (em: Em, id: string): Promise<Omit<OperatorOrderView, 'temporalUrl'> | null> => {
  if (!isIntentId(id)) return null;
  const owner = await readOrderOwner(em, id);
  if (!owner) return null;
  const [order, reviews] = await Promise.all([readOrderView(em, owner.storeId, id), listOrderReviews(em, id)]);
  return order && { order, reviews, ...owner };
};
