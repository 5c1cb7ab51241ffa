// Stored reports against the bookings of their periods.
import type { BookDifference } from '#domain/books/book-facts.ts';
import type { CoinId } from '#domain/coins.ts';
import type { ReportTotals } from '#domain/email-data.ts';
import { formatUnits, parseUnits, unitsOf } from '#domain/money.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { Sql } from '../pool.ts';

interface ReportRow {
  name: string;
  csvFormat: ReportCsvFormat;
  parts: ReportTotals['byCoinAndNetwork'];
  booked: { chainId: number; coin: CoinId; gross: string; fee: string; net: string }[];
}

const FIGURES = ['gross', 'fee', 'net'] as const;

export const reportDifferences = async (sql: Sql, storeId: string): Promise<BookDifference[]> => {
  const { rows } = await sql.query<ReportRow>({
    name: 'books-reports',
    text: `select r.kind || ' report ' || r.period as name, r.csv_format as "csvFormat", r.totals -> 'byCoinAndNetwork' as parts, (
        select coalesce(jsonb_agg(jsonb_build_object('chainId', chain_id, 'coin', coin, 'gross', gross, 'fee', fee, 'net', net)), '[]') from (
          select chain_id, coin, sum(gross_units)::text as gross, sum(fee_units)::text as fee, sum(net_units)::text as net
          from booking b where b.store_id = r.store_id and b.booked_at >= r.starts_at and b.booked_at < r.ends_at group by 1, 2) summed) as booked
      from report r where r.store_id = $1 order by r.starts_at, r.kind`,
    values: [storeId],
  });
  return rows.flatMap(({ name, csvFormat, parts, booked }) => {
    const keyOf = ({ chainId, coin }: { chainId: number; coin: CoinId }) => `${chainId}:${coin}`;
    const said = new Map(parts.map((part) => [keyOf(part), part]));
    const is = new Map(booked.map((part) => [keyOf(part), part]));
    return [...new Map([...said, ...is])].flatMap(([key, { chainId, coin }]) =>
      FIGURES.flatMap((figure): BookDifference[] => {
        const amount = (parseUnits(said.get(key)?.[figure] ?? '0') ?? 0n) - BigInt(is.get(key)?.[figure] ?? 0);
        if (amount === 0n) return [];
        // Reports before format 3 put the whole payment under the coin and network of one transfer.
        const isOld = csvFormat < 3;
        return [
          {
            ...{ storeId, intentId: null, chainId, coin, token: null, depositAddress: null },
            records: [`${name}: ${figure}`, 'bookings of its period'],
            amount: formatUnits(unitsOf(amount)),
            explanation: isOld ? 'older_report' : null,
            text: isOld
              ? 'Made before payments were booked by coin and network; a report that was sent stays as it was.'
              : 'The report says another amount than the bookings of its period.',
          },
        ];
      }),
    );
  });
};
