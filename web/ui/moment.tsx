// A time in the reader's language, in UTC, as explorers and support use it.
import { useLanguage } from '#web/text/page-texts.ts';
import { utcTime } from '#web/text/utc-time.ts';

export function Moment({ iso }: { iso: string }) {
  return <time dateTime={iso}>{utcTime(iso, useLanguage())}</time>;
}
