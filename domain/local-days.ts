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

/** When a day begins, in Unix seconds. Throws RangeError for an unknown zone. */
export const startOfDay = (day: Day, zone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds / 1000;

/** The day of an instant. */
export const dayOf = (epochMs: number, zone: string): Day =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDate().toString() as Day;

/** Every zone changes its offset on quarters of an hour only. */
const QUARTER_MS = 15 * 60_000;

/**
 * Writes instants as ISO 8601 with the zone's offset, whole seconds: `2026-11-22T20:31:05+08:00`. Remembers offsets, so that a
 * million lines cost no calendar arithmetic.
 */
export const localIsoWriter = (zone: string): ((epochMs: number) => string) => {
  const offsets = new Map<number, { ms: number; text: string }>();
  const offsetAt = (epochMs: number): { ms: number; text: string } => {
    const quarter = Math.floor(epochMs / QUARTER_MS);
    const known = offsets.get(quarter);
    if (known) return known;
    // The quarter, not the instant: a database tells instants to the microsecond, and this takes whole milliseconds only.
    const zoned = Temporal.Instant.fromEpochMilliseconds(quarter * QUARTER_MS).toZonedDateTimeISO(zone);
    const offset = { ms: zoned.offsetNanoseconds / 1e6, text: zoned.offset };
    offsets.set(quarter, offset);
    return offset;
  };
  return (epochMs) => {
    const { ms, text } = offsetAt(epochMs);
    return new Date(epochMs + ms).toISOString().slice(0, 19) + text;
  };
};
