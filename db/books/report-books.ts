// Stored reports against the bookings of their periods.
import type { BookDifference } from '#domain/books/book-facts.ts';
import type { ReportPart } from '#domain/email-data.ts';
import { formatUnits, parseUnits, unitsOf } from '#domain/money.ts';
import type { ReportCsvFormat } from '#domain/report-csv.ts';
import type { Sql } from '../pool.ts';

interface ReportRow {
  name: string;
  csvFormat: ReportCsvFormat;
  parts: ReportPart[];
  booked: Booked[];
}

/** A token; absent where tokens of one coin on one network are one row. */
type Place = Pick<ReportPart, 'chainId' | 'coin' | 'token'>;
type Booked = Place & Record<(typeof FIGURES)[number], string>;

const FIGURES = ['gross', 'fee', 'net'] as const;

export const reportDifferences = async (sql: Sql, storeId: string): Promise<BookDifference[]> => {
  const { rows } = await sql.query<ReportRow>({
    name: 'books-reports',
    text: `select r.kind || ' report ' || r.period as name, r.csv_format as "csvFormat", r.totals -> 'byCoinAndNetwork' as parts, (
        select coalesce(jsonb_agg(jsonb_build_object('chainId', chain_id, 'coin', coin, 'token', token, 'gross', gross, 'fee', fee, 'net', net)), '[]') from (
          select chain_id, coin, token, sum(gross_units)::text as gross, sum(fee_units)::text as fee, sum(net_units)::text as net
          from booking b where b.store_id = r.store_id and b.booked_at >= r.starts_at and b.booked_at < r.ends_at group by 1, 2, 3) summed) as booked
      from report r where r.store_id = $1 order by r.starts_at, r.kind`,
    values: [storeId],
  });
  return rows.flatMap((row) => differencesOf(storeId, row));
};

const differencesOf = (storeId: string, { name, csvFormat, parts, booked }: ReportRow): BookDifference[] => {
  const hasTokens = parts.every(({ token }) => token !== undefined);
  const keyOf = ({ chainId, coin, token }: Place): string => `${chainId}:${hasTokens ? token : coin}`;
  const places = new Map<string, Place>([...parts, ...booked].map((place) => [keyOf(place), place]));
  const rowsAt = <Row extends Place>(rows: readonly Row[], key: string): Row[] =>
    rows.filter((row) => keyOf(row) === key);
  return [...places].flatMap(([key, { chainId, coin, token }]) =>
    FIGURES.flatMap((figure): BookDifference[] => {
      const said = rowsAt(parts, key).reduce((sum, row) => sum + (parseUnits(row[figure]) ?? 0n), 0n);
      const amount = said - rowsAt(booked, key).reduce((sum, row) => sum + BigInt(row[figure]), 0n);
      if (amount === 0n) return [];
      // Reports before format 3 put the whole payment under the coin and network of one transfer.
      const isOld = csvFormat < 3;
      return [
        {
          ...{ storeId, intentId: null, chainId, coin, depositAddress: null },
          token: (hasTokens && token) || null,
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
};
