// What the list of orders says about all orders of a filter: how many are in each tab, what was booked for them, and where a store has
// orders.
import { allChains } from '#domain/chains.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import { ORDER_TABS, type OrderFilter, type OrderTab } from '#domain/order-filter.ts';
import type { Sql } from '../pool.ts';
import { collect } from './order-conditions.ts';
import { orderIdsSql } from './order-pages.ts';
import type { TokenTotals } from './order-totals.ts';

/** Tabs are counted up to here: counting a million orders takes longer than a page may. */
export const MOST_COUNTED = 1_000;

/** Orders of each tab, without a filter; one more than `MOST_COUNTED` for more than that. */
export const countTabs = async (sql: Sql, storeId: string): Promise<Record<OrderTab, number>> => {
  const counted = await Promise.all(
    (Object.keys(ORDER_TABS) as OrderTab[]).map(async (tab) => {
      const { text, values } = orderIdsSql(storeId, { tab }, null, MOST_COUNTED + 1);
      const { rows } = await sql.query<{ count: number }>({
        name: '',
        text: `select count(*)::int as count from (${text}) counted`,
        values,
      });
      return [tab, rows[0]?.count ?? 0] as const;
    }),
  );
  return Object.fromEntries(counted) as Record<OrderTab, number>;
};

export interface FilterTotals {
  orders: number;
  /** `refundedUnits`: confirmed refunds of these orders, of money that was booked and of money that was not. */
  parts: (TokenTotals & { refundedUnits: Units })[];
}

/** What was booked for all orders of a filter, and refunded of them, by token. The cost grows with their number: for a press, not for every page. */
export const readFilterTotals = async (sql: Sql, storeId: string, filter: OrderFilter): Promise<FilterTotals> => {
  const { text, values } = orderIdsSql(storeId, filter, null, 2 ** 31 - 1);
  const { rows } = await sql.query<{
    all: number;
    chainId: number | null;
    token: TokenTotals['token'];
    coin: TokenTotals['coin'];
    orders: number;
    gross: string;
    fee: string;
    net: string;
    refunded: string;
  }>({
    name: '',
    text: `with page as materialized (${text}),
      booked as (
        select b.chain_id, b.token, b.coin, count(distinct b.intent_id)::int as orders, sum(b.gross_units) as gross,
          sum(b.fee_units) as fee, sum(b.net_units) as net
        from page join booking b on b.intent_id = page.id group by 1, 2, 3),
      refunded as (
        select r.chain_id, r.token, r.coin, sum(r.amount_units) as refunded
        from page join send_back r on r.intent_id = page.id where r.state = 'confirmed' group by 1, 2, 3)
      select (select count(*)::int from page) as all, p.* from (select) one left join (
        select chain_id as "chainId", token, coin, coalesce(orders, 0) as orders, coalesce(gross, 0)::text as gross,
          coalesce(fee, 0)::text as fee, coalesce(net, 0)::text as net, coalesce(refunded, 0)::text as refunded
        from booked full join refunded using (chain_id, token, coin)) p on true
      order by p."chainId", p.coin, p.token`,
    values,
  });
  return {
    orders: rows[0]?.all ?? 0,
    parts: rows.flatMap(({ chainId, token, coin, orders, gross, fee, net, refunded }) =>
      chainId === null
        ? []
        : [
            {
              ...{ chainId, token, coin, orders },
              ...{ grossUnits: unitsOf(gross), feeUnits: unitsOf(fee), netUnits: unitsOf(net) },
              refundedUnits: unitsOf(refunded),
            },
          ],
    ),
  };
};

/** Networks that the store takes now, and those on which an order was paid. Null accepts every enabled one. */
export const readStoreNetworks = async (
  sql: Sql,
  storeId: string,
): Promise<{ accepted: number[] | null; paid: number[]; isTest: boolean }> => {
  const { place, values } = collect();
  const store = place(storeId);
  const known = place(allChains().map(({ id }) => id));
  const { rows } = await sql.query<{ accepted: number[] | null; paid: number[]; isTest: boolean }>({
    name: 'store-networks',
    text: `select accepted_chain_ids as accepted, is_test as "isTest", array(
        select c.id from unnest(${known}::int[]) as c(id)
        where (select true from booking b where b.store_id = ${store} and b.chain_id = c.id limit 1)) as paid
      from store where id = ${store}`,
    values,
  });
  return rows[0] ?? { accepted: [], paid: [], isTest: false };
};
