// Days and months of a store's zone as reports use them: named by their local calendar, bounded by instants. Neighbours share a
// boundary, so that they partition the time, clock changes included.
import { Temporal } from 'temporal-polyfill';

export type ReportKind = 'daily' | 'monthly';
export const REPORT_KINDS: readonly ReportKind[] = ['daily', 'monthly'];

export interface ReportPeriod {
  kind: ReportKind;
  /** The local day or month: `2026-11-22` or `2026-11`. */
  name: string;
  startsAt: Date;
  /** Exclusive: where the next one begins. */
  endsAt: Date;
}

/** After an outage, or when reports are turned on again, no further back than this. */
const CATCH_UP = { daily: { days: 31 }, monthly: { months: 12 } } as const;
const STEP = { daily: { days: 1 }, monthly: { months: 1 } } as const;

const firstDay = (kind: ReportKind, day: Temporal.PlainDate): Temporal.PlainDate =>
  kind === 'monthly' ? day.with({ day: 1 }) : day;

const instantOf = (day: Temporal.PlainDate, zone: string): Date =>
  new Date(day.toZonedDateTime(zone).epochMilliseconds);

const periodFrom = (kind: ReportKind, start: Temporal.PlainDate, zone: string): ReportPeriod => ({
  kind,
  name: kind === 'monthly' ? start.toPlainYearMonth().toString() : start.toString(),
  startsAt: instantOf(start, zone),
  endsAt: instantOf(start.add(STEP[kind]), zone),
});

const startOf = (kind: ReportKind, name: string): Temporal.PlainDate =>
  Temporal.PlainDate.from(kind === 'monthly' ? `${name}-01` : name);

/** The period of that name. @param zone IANA name. Throws RangeError for a name that is none. */
export const reportPeriod = (kind: ReportKind, name: string, zone: string): ReportPeriod =>
  periodFrom(kind, startOf(kind, name), zone);

/** The one before it. */
export const periodBefore = ({ kind, name }: ReportPeriod, zone: string): ReportPeriod =>
  periodFrom(kind, startOf(kind, name).subtract(STEP[kind]), zone);

/**
 * The oldest period that has ended and was not reported, or null.
 * @param last the newest that was reported, or null: then the one in which the store was made is the first
 */
export const nextPeriod = (
  kind: ReportKind,
  zone: string,
  storeCreatedAt: Date,
  last: string | null,
  now: Date,
): ReportPeriod | null => {
  const local = (instant: Date): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const earliest = firstDay(kind, local(now).subtract(CATCH_UP[kind]));
  const wanted = last === null ? firstDay(kind, local(storeCreatedAt)) : startOf(kind, last).add(STEP[kind]);
  const start = Temporal.PlainDate.compare(wanted, earliest) < 0 ? earliest : wanted;
  const period = periodFrom(kind, start, zone);
  return period.endsAt.getTime() <= now.getTime() ? period : null;
};
