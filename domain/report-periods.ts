// Days and months of a store's zone as reports use them: named by their local calendar, bounded by instants. Each begins where the
// one before ended, so that they partition the time, whatever clocks and settings do (decision 0045).
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

/** A period that was reported: its name, and its bounds at that time. */
export type ReportedPeriod = Pick<ReportPeriod, 'name' | 'startsAt' | 'endsAt'>;

/**
 * Whether it begins elsewhere than its day or month does: the first after a change of the store's zone, which is longer or shorter
 * so that no hour is missing and none counted twice.
 */
export const isTransition = (kind: ReportKind, { name, startsAt }: ReportedPeriod, zone: string): boolean =>
  reportPeriod(kind, name, zone).startsAt.getTime() !== startsAt.getTime();

/** What a period is compared with: the reported one that ended where it begins, else the day or month before. */
export const periodBefore = (
  { kind, name, startsAt }: ReportPeriod,
  zone: string,
  last: ReportedPeriod | null,
): ReportPeriod =>
  last?.endsAt.getTime() === startsAt.getTime()
    ? { ...last, kind }
    : periodFrom(kind, startOf(kind, name).subtract(STEP[kind]), zone);

/**
 * The oldest period that has ended and was not reported, or null. It begins where the last one ended and ends with a local day or
 * month. Where the zone was changed, that is a transition: west, up to 50 hours until the first day without a report ends; east, what
 * is left of the day in which the last one ended.
 * @param last the newest that was reported, or null: then the one in which the store was made is the first
 */
export const nextPeriod = (
  kind: ReportKind,
  zone: string,
  storeCreatedAt: Date,
  last: ReportedPeriod | null,
  now: Date,
): ReportPeriod | null => {
  const local = (instant: Date): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const earliest = firstDay(kind, local(now).subtract(CATCH_UP[kind]));
  const wanted = last === null ? firstDay(kind, local(storeCreatedAt)) : dayAfter(kind, last, local(last.endsAt));
  const isTooOld = Temporal.PlainDate.compare(wanted, earliest) < 0;
  const period = periodFrom(kind, isTooOld ? earliest : wanted, zone);
  if (period.endsAt.getTime() > now.getTime()) return null;
  return last === null || isTooOld ? period : { ...period, startsAt: last.endsAt };
};

/** The first day of the next period: after the one that has a name already, and not over before the last one ended. */
const dayAfter = (kind: ReportKind, last: ReportedPeriod, endsOn: Temporal.PlainDate): Temporal.PlainDate => {
  const next = startOf(kind, last.name).add(STEP[kind]);
  const current = firstDay(kind, endsOn);
  return Temporal.PlainDate.compare(next, current) < 0 ? current : next;
};
