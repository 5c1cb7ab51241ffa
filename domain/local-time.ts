// A local date and time, as a form's `datetime-local` field gives it, in a store's time zone.
import { Temporal } from 'temporal-polyfill';

/**
 * The instant of `2026-11-22T14:03` in an IANA zone; null when it is no date and time. An hour that the clocks skip is moved
 * forward, and of an hour that comes twice the first counts.
 */
export const instantOf = (local: string, timeZone: string): Date | null => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local)) return null;
  try {
    const { epochMilliseconds } = Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toZonedDateTime(timeZone);
    return new Date(epochMilliseconds);
  } catch {
    return null;
  }
};

/** An instant as such a field takes it, to the minute. @param iso ISO-8601 */
export const localInput = (iso: string, timeZone: string): string =>
  Temporal.Instant.from(iso).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
