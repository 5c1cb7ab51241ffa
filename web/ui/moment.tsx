// A time in the reader's language, in UTC, as explorers and support use it.
import { useLanguage } from '#web/text/page-texts.ts';

export function Moment({ iso }: { iso: string }) {
  const format = new Intl.DateTimeFormat(useLanguage(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  // The language data of server and browser differ in spaces and commas; both are correct.
  return (
    <time dateTime={iso} suppressHydrationWarning>
      {format.format(new Date(iso))} UTC
    </time>
  );
}
