// A time in the store's time zone, with UTC in the tooltip. Formatted from parts: the same on the server and in every browser.
import { MONTHS } from './days.ts';

const PARTS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};
type Precision = 'day' | 'minute' | 'second';

/** `22 Nov 2026, 14:03`. @param iso ISO-8601 @param timeZone IANA name */
export const localTime = (iso: string, timeZone: string, precision: Precision = 'minute'): string => {
  const formatted = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone }).formatToParts(new Date(iso));
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    formatted.find((item) => item.type === type)?.value ?? '';
  const day = `${part('day')} ${MONTHS[Number(part('month')) - 1]} ${part('year')}`;
  if (precision === 'day') return day;
  const minute = `${day}, ${part('hour')}:${part('minute')}`;
  return precision === 'minute' ? minute : `${minute}:${part('second')}`;
};

interface LocalTimeProps {
  /** ISO-8601. */
  iso: string;
  /** The store's. */
  timeZone: string;
  precision?: Precision;
}

export function LocalTime({ iso, timeZone, precision = 'minute' }: LocalTimeProps) {
  const utc = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return (
    <time dateTime={iso} title={utc} className="whitespace-nowrap">
      {localTime(iso, timeZone, precision)}
    </time>
  );
}
