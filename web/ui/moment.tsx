// A moment in the reader's language, always in UTC: support and explorers speak of the same one.
import { useLanguage } from '#web/text/text.ts';

export function Moment({ iso }: { iso: string }) {
  const format = new Intl.DateTimeFormat(useLanguage(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  // The server's and the browser's language data differ in spaces and commas; either is right.
  return (
    <time dateTime={iso} suppressHydrationWarning>
      {format.format(new Date(iso))} UTC
    </time>
  );
}
