// Days of a store's time zone as instants, and instants as local times. Days are calendar text (`2026-11-22`); a day of
// a clock change has 23 or 25 hours. Zones are IANA names.
import { Temporal } from 'temporal-polyfill';

/** A day as `YYYY-MM-DD`. */
export type Day = string & { readonly __brand: 'Day' };

/** The day that a text names, or undefined when it is none (`2026-02-30`). */
export const parseDay = (text: string): Day | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() as Day;
  } catch {
    return undefined;
  }
};

export const addDays = (day: Day, days: number): Day => Temporal.PlainDate.from(day).add({ days }).toString() as Day;

/** The first day of a day's month. */
export const firstOfMonth = (day: Day): Day => Temporal.PlainDate.from(day).with({ day: 1 }).toString() as Day;

/** How many days later `to` is; negative when it is earlier. */
export const daysBetween = (from: Day, to: Day): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;

/** When a day begins, in Unix seconds. Throws RangeError for an unknown zone. */
export const startOfDay = (day: Day, zone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds / 1000;

/** The day of an instant. */
export const dayOf = (epochMs: number, zone: string): Day =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDate().toString() as Day;

/** From when until when (not included) a zone has an offset, in epoch milliseconds. */
interface OffsetSpan {
  from: number;
  before: number;
  ms: number;
  text: string;
}

const spanAt = (epochMs: number, zone: string): OffsetSpan => {
  // Whole milliseconds: a database tells instants to the microsecond, and a change is at a whole second.
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs)).toZonedDateTimeISO(zone);
  // The transition before the next instant is this instant itself when the offset changes here.
  const from = zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const before = zoned.getTimeZoneTransition('next');
  return {
    from: from ? from.epochMilliseconds : Number.NEGATIVE_INFINITY,
    before: before ? before.epochMilliseconds : Number.POSITIVE_INFINITY,
    ms: zoned.offsetNanoseconds / 1e6,
    text: zoned.offset,
  };
};

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/**
 * Writes instants as ISO 8601 with the zone's offset, whole seconds: `2026-11-22T20:31:05+08:00`. Remembers the last day and the
 * spans of offsets, so that a million lines cost no calendar arithmetic.
 */
export const localIsoWriter = (zone: string): ((epochMs: number) => string) => {
  const spans: OffsetSpan[] = [];
  const holds = (span: OffsetSpan | undefined, epochMs: number): span is OffsetSpan =>
    span !== undefined && epochMs >= span.from && epochMs < span.before;
  const addSpan = (epochMs: number): OffsetSpan => {
    const span = spanAt(epochMs, zone);
    spans.push(span);
    return span;
  };
  let last: OffsetSpan | undefined;
  let lastDay = Number.NaN;
  let lastDayText = '';
  return (epochMs) => {
    if (!holds(last, epochMs)) last = spans.find((span) => holds(span, epochMs)) ?? addSpan(epochMs);
    const local = epochMs + last.ms;
    const day = Math.floor(local / DAY_MS);
    if (day !== lastDay) {
      lastDay = day;
      lastDayText = new Date(day * DAY_MS).toISOString().slice(0, 10);
    }
    const seconds = Math.floor((local - day * DAY_MS) / 1000);
    const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return `${lastDayText}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[seconds % 60]}${last.text}`;
  };
};
