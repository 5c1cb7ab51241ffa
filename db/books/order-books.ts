// Orders, both CSV files, stored day totals and reports against the bookings, to the last unit and in one snapshot of the database.
import type { Address } from '#domain/address.ts';
import type { BookDifference, Explanation } from '#domain/books/book-facts.ts';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import { formatUnits, parseUnits, type Units, unitsOf, ZERO } from '#domain/money.ts';
import { ORDER_CSV_COLUMNS, type OrderCsvRow, orderCells } from '#domain/order-csv.ts';
import { readBookedRows, readOrderRows } from '../orders/order-rows.ts';
import { hasNoTokens, type IdRange, readTotalsOf, type StoredTotals } from '../orders/order-totals.ts';
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { reportDifferences } from './report-books.ts';

/** What a store's records say of one token. */
export interface ReportedFigures {
  storeId: string;
  chainId: number;
  token: Address;
  coin: CoinId;
  bookedUnits: Units;
  /** By the rows of reports' CSV files. */
  reportedUnits: Units;
}

export interface StoreBooks {
  orders: number;
  reported: ReportedFigures[];
  differences: BookDifference[];
}

/** @param storeId null: every store */
export const verifyOrders = async (entityManager: Em, storeId: string | null): Promise<StoreBooks> => {
  const em = entityManager.fork();
  const books: StoreBooks = { orders: 0, reported: [], differences: [] };
  await em.transactional((transaction) =>
    inTransaction(transaction, async (sql) => {
      await sql.query({ name: '', text: 'set transaction isolation level repeatable read, read only', values: [] });
      const { rows } = await sql.query<{ id: string }>({
        name: '',
        text: 'select id from store where $1::text is null or id = $1 order by id',
        values: [storeId],
      });
      for (const { id } of rows) await verifyStore(sql, id, books);
    }),
  );
  return books;
};

const verifyStore = async (sql: Sql, storeId: string, books: StoreBooks): Promise<void> => {
  books.differences.push(...(await summaryDifferences(sql, storeId)));
  const csv = await exportDifferences(sql, storeId);
  books.orders += csv.orders;
  books.differences.push(...csv.differences);
  const reported = await reportedBy(sql, storeId);
  books.reported.push(...reported.figures);
  books.differences.push(...reported.differences);
  books.differences.push(...(await totalsDifferences(sql, storeId)));
  books.differences.push(...(await reportDifferences(sql, storeId)));
};

const difference = (
  storeId: string,
  of: { intentId?: IntentId; chainId?: number; token?: Address; coin?: CoinId },
  records: readonly [string, string],
  amount: bigint,
  [explanation, text]: [Explanation | null, string],
): BookDifference[] =>
  amount === 0n
    ? []
    : [
        {
          storeId,
          intentId: of.intentId ?? null,
          chainId: of.chainId ?? null,
          token: of.token ?? null,
          coin: of.coin ?? null,
          depositAddress: null,
          records,
          amount: formatUnits(unitsOf(amount)),
          explanation,
          text,
        },
      ];

/** The orders' own members, which API and webhook show: gross, fee, net and surplus of the first payment. */
const summaryDifferences = async (sql: Sql, storeId: string): Promise<BookDifference[]> => {
  const { rows } = await sql.query<Record<string, string> & { id: IntentId }>({
    name: 'books-summaries',
    text: `select i.id, coalesce(i.actual_paid_units, 0)::text as paid, coalesce(i.service_fee_units, 0)::text as fee,
        coalesce(i.net_income_units, 0)::text as net, coalesce(i.surplus_units, 0)::text as surplus, b.gross::text as "bookedPaid",
        b.fee::text as "bookedFee", b.net::text as "bookedNet", b.surplus::text as "bookedSurplus", b.rounding::text as rounding
      from checkout_intent i cross join lateral (
        select coalesce(sum(gross_units), 0) as gross, coalesce(sum(fee_units), 0) as fee, coalesce(sum(net_units), 0) as net,
          coalesce(sum(surplus_units), 0) as surplus,
          coalesce(sum((select max(t.amount_units / t.amount_base_units) from token_transfer t where t.booking_id = k.id)), 0) as rounding
        from booking k where k.intent_id = i.id and k.kind = 'payment') b
      where i.store_id = $1 and i.confirmed_at is not null and (coalesce(i.actual_paid_units, 0), coalesce(i.service_fee_units, 0),
        coalesce(i.net_income_units, 0), coalesce(i.surplus_units, 0)) is distinct from (b.gross, b.fee, b.net, b.surplus)`,
    values: [storeId],
  });
  return rows.flatMap(({ id, ...row }) =>
    (['paid', 'fee', 'net', 'surplus'] as const).flatMap((name) => {
      const booked = row[`booked${name[0]?.toUpperCase()}${name.slice(1)}`];
      const amount = BigInt(row[name] ?? 0) - BigInt(booked ?? 0);
      const size = amount < 0n ? -amount : amount;
      const isRounding = (name === 'fee' || name === 'net') && size <= BigInt(row.rounding?.split('.')[0] ?? 0);
      const why: [Explanation | null, string] = isRounding
        ? ['fee_rounding', 'The order rounds its fee once; each booking rounds its own.']
        : [null, 'The order says another amount than its bookings.'];
      return difference(storeId, { intentId: id }, [`checkout_intent ${id} ${name}`, 'its bookings'], amount, why);
    }),
  );
};

const PAID = ORDER_CSV_COLUMNS.indexOf('paid');
const FEE = ORDER_CSV_COLUMNS.indexOf('fee');
const NET = ORDER_CSV_COLUMNS.indexOf('net');

/** Amounts of a row as the file has them, in columns that people add up. */
const amountsOf = (row: OrderCsvRow): bigint[] => {
  const cells: readonly string[] = orderCells(row, () => '');
  return [PAID, FEE, NET].map((column) => parseUnits(cells[column] ?? '') ?? 0n);
};

const COLUMNS = ['paid', 'fee', 'net'] as const;

/** The order export: every order's rows against its bookings, and its bookings against its transfers. */
const exportDifferences = async (sql: Sql, storeId: string) => {
  const differences: BookDifference[] = [];
  let orders = 0;
  for await (const page of readOrderRows(sql, storeId, {})) {
    const byOrder = Map.groupBy(page, ({ id }) => id);
    orders += byOrder.size;
    const { rows } = await sql.query<{
      id: IntentId;
      chainId: number;
      token: Address;
      coin: CoinId;
      paid: string;
      fee: string;
      net: string;
    }>({
      name: 'books-export',
      text: `select intent_id as id, chain_id as "chainId", token, coin, sum(gross_units)::text as paid, sum(fee_units)::text as fee,
          sum(net_units)::text as net from booking where intent_id = any($1::text[]) group by 1, 2, 3, 4`,
      values: [[...byOrder.keys()]],
    });
    for (const { id, chainId, token, coin, ...booked } of rows) {
      const lines = (byOrder.get(id) ?? []).filter((row) => row.paidChainId === chainId && row.paidToken === token);
      const sums = lines.map(amountsOf).reduce((a, b) => a.map((one, index) => one + (b[index] ?? 0n)), [0n, 0n, 0n]);
      for (const [index, name] of COLUMNS.entries()) {
        const records = [`order export: ${name}`, `bookings of ${id}`] as const;
        const why: [null, string] = [null, 'The file has another amount than the bookings.'];
        differences.push(
          ...difference(
            storeId,
            { intentId: id, chainId, token, coin },
            records,
            (sums[index] ?? 0n) - BigInt(booked[name]),
            why,
          ),
        );
      }
    }
  }
  return { orders, differences };
};

/** Rows that reports' files are made of, over all periods, against the bookings by token. */
const reportedBy = async (sql: Sql, storeId: string) => {
  const reported = new Map<string, bigint>();
  for await (const page of readBookedRows(sql, storeId, new Date(0), new Date(8.64e14))) {
    for (const row of page) {
      const key = `${row.paidChainId}:${row.paidToken}`;
      reported.set(key, (reported.get(key) ?? 0n) + (amountsOf(row)[0] ?? 0n));
    }
  }
  const { rows } = await sql.query<{ chainId: number; token: Address; coin: CoinId; gross: string }>({
    name: 'books-booked',
    text: `select chain_id as "chainId", token, coin, sum(gross_units)::text as gross from booking where store_id = $1
      group by 1, 2, 3 order by 1, 3, 2`,
    values: [storeId],
  });
  const figures = rows.map(({ chainId, token, coin, gross }) => ({
    ...{ storeId, chainId, token, coin, bookedUnits: unitsOf(gross) },
    reportedUnits: unitsOf(reported.get(`${chainId}:${token}`) ?? ZERO),
  }));
  const differences = figures.flatMap(({ chainId, token, coin, bookedUnits, reportedUnits }) => {
    const records = ['report CSV: paid', 'bookings'] as const;
    return difference(storeId, { chainId, token, coin }, records, reportedUnits - bookedUnits, [
      null,
      'The files of reports have another sum.',
    ]);
  });
  return { figures, differences };
};

/** Totals that are stored for home and lists. A change of an old order deletes its day's, so they are never older than the orders. */
const totalsDifferences = async (sql: Sql, storeId: string): Promise<BookDifference[]> => {
  const { rows } = await sql.query<IdRange & Pick<StoredTotals, 'parts'>>({
    name: 'books-day-totals',
    text: `select from_id as "from", before_id as before, totals -> 'parts' as parts from order_day_total
      where store_id = $1 and not ${hasNoTokens('totals')} order by 1`,
    values: [storeId],
  });
  if (rows.length === 0) return [];
  const fresh = await readTotalsOf(sql, storeId, rows);
  return rows.flatMap(({ from, parts }, index) => {
    const now = new Map(fresh[index]?.parts.map((part) => [`${part.chainId}:${part.token}`, part]));
    const stored = new Map(parts.map((part) => [`${part[0]}:${part[6]}`, part]));
    return [...new Set([...now.keys(), ...stored.keys()])].flatMap((key) => {
      const [is, was] = [now.get(key), stored.get(key)];
      const place = is ?? (was && { chainId: was[0], coin: was[1], token: was[6] });
      if (!place) return [];
      const { chainId, coin, token } = place;
      const day = new Date(Number.parseInt(from.slice(0, 8), 16) * 1000).toISOString();
      const figures = [
        ['gross', BigInt(was?.[3] ?? 0) - (is?.grossUnits ?? 0n)],
        ['fee', BigInt(was?.[4] ?? 0) - (is?.feeUnits ?? 0n)],
        ['net', BigInt(was?.[5] ?? 0) - (is?.netUnits ?? 0n)],
      ] as const;
      return figures.flatMap(([figure, amount]) =>
        difference(
          storeId,
          { chainId, coin, token },
          [`order_day_total from ${day}: ${figure}`, 'bookings of its orders'],
          amount,
          [null, 'The stored total of a day is not its sum.'],
        ),
      );
    });
  });
};
