// Finds the reports that are due: of each store and kind, the oldest period that has ended and has no report yet.
import { type ExpressionBuilder, sql } from 'kysely';
import { nextPeriod, REPORT_KINDS, type ReportedPeriod, type ReportKind } from '#domain/report-periods.ts';
import { Report } from '../entities/email.entity.ts';
import { kyselyOf, type Tables } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** One report that is to be made. */
export interface DueReport {
  storeId: string;
  kind: ReportKind;
  period: string;
}

/** A payment may be committed some time after the moment that dates it, so a period is closed this long after its end. */
export const CLOSING_SECONDS = 300;

/** The database's time, which dates payments. A worker's clock may be ahead, and would close a day that still gets payments. */
export const readClock = async (em: Em): Promise<Date> => {
  const { now } = await kyselyOf(em).selectNoFrom(sql<string>`clock_timestamp()`.as('now')).executeTakeFirstOrThrow();
  return new Date(now);
};

/**
 * The oldest due report of each store and kind, for a page of stores in the order of their ids.
 * @param now the present, less `CLOSING_SECONDS`
 */
export const findDueReports = async (
  em: Em,
  now: Date,
  afterStoreId: string,
  limit: number,
): Promise<{ due: DueReport[]; lastStoreId: string | null }> => {
  const stores = await readReportingStores(em, afterStoreId, limit);
  const due = stores.flatMap((store) =>
    REPORT_KINDS.flatMap((kind): DueReport[] => {
      const { isWanted, last } = store[kind];
      const period = isWanted ? nextPeriod(kind, store.timeZone, store.createdAt, last, now) : null;
      return period ? [{ storeId: store.id, kind, period: period.name }] : [];
    }),
  );
  return { due, lastStoreId: stores.at(-1)?.id ?? null };
};

interface KindOfReport {
  isWanted: boolean;
  /** The newest report, or null. */
  last: ReportedPeriod | null;
}

interface ReportingStore extends Record<ReportKind, KindOfReport> {
  id: string;
  timeZone: string;
  createdAt: Date;
}

/** Stores that trade and want reports. Their last reports are one index lookup each (`report_chain_unique`). */
const readReportingStores = async (em: Em, afterStoreId: string, limit: number): Promise<ReportingStore[]> => {
  const rows = await kyselyOf(em)
    .selectFrom('Store as s')
    .innerJoin('Merchant as m', 'm.id', 's.merchant')
    .leftJoinLateral(
      (eb) => lastReport(eb, 'daily').as('daily'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) => lastReport(eb, 'monthly').as('monthly'),
      (join) => join.onTrue(),
    )
    .select(['s.id', 's.timeZone', 's.createdAt', 's.dailyReports', 's.monthlyReports'])
    .select(['daily.period as day', 'daily.startsAt as dayStartsAt', 'daily.endsAt as dayEndsAt'])
    .select(['monthly.period as month', 'monthly.startsAt as monthStartsAt', 'monthly.endsAt as monthEndsAt'])
    .where('s.id', '>', afterStoreId)
    .where('s.status', '<>', 'applied')
    .where('m.status', '<>', 'applied')
    .where(({ or, eb }) => or([eb('s.dailyReports', '=', true), eb('s.monthlyReports', '=', true)]))
    .orderBy('s.id')
    .limit(limit)
    .execute();
  return rows.map(({ id, timeZone, createdAt, dailyReports, monthlyReports, ...last }) => ({
    id,
    timeZone,
    createdAt,
    daily: { isWanted: dailyReports, last: periodOf(last.day, last.dayStartsAt, last.dayEndsAt) },
    monthly: { isWanted: monthlyReports, last: periodOf(last.month, last.monthStartsAt, last.monthEndsAt) },
  }));
};

const lastReport = (eb: ExpressionBuilder<Tables & { s: Tables['Store'] }, 's'>, kind: ReportKind) =>
  eb
    .selectFrom('Report as r')
    .select(['r.period', 'r.startsAt', 'r.endsAt'])
    .whereRef('r.store', '=', 's.id')
    .where('r.kind', '=', kind)
    .orderBy('r.startsAt', 'desc')
    .limit(1);

const periodOf = (name: string | null, startsAt: Date | null, endsAt: Date | null): ReportedPeriod | null =>
  name === null || startsAt === null || endsAt === null ? null : { name, startsAt, endsAt };

/** The newest report of a store, or null. */
export const readLastPeriod = async (em: Em, storeId: string, kind: ReportKind): Promise<ReportedPeriod | null> => {
  const report = await em.fork().findOne(Report, { store: storeId, kind }, { orderBy: { startsAt: 'desc' } });
  return report && { name: report.period, startsAt: report.startsAt, endsAt: report.endsAt };
};
