// The time left to pay: in minutes, as mm:ss in the last five, and read out at five and at one.
import { useEffect, useState } from 'react';
import { useLanguage } from '#web/text/page-texts.ts';
import { useText } from '#web/text/text.ts';

const LOUD_MS = 5 * 60_000;
const LAST_MS = 60_000;

interface CountdownProps {
  /** ISO-8601. */
  expiresAt: string;
  /** The server's clock when it rendered, epoch ms. */
  now: number;
  /** Called once when the time is up. */
  onOver(): void;
}

export function Countdown({ expiresAt, now, onOver }: CountdownProps) {
  const t = useText();
  const language = useLanguage();
  const left = useTimeLeft(Date.parse(expiresAt), now);
  const over = left <= 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once when it is over, whatever the callback is by then
  useEffect(() => {
    if (over) onOver();
  }, [over]);
  const loud = left <= LOUD_MS;
  return (
    <p className={loud ? 'rounded-md bg-warn-tint px-2 py-1 text-sm font-semibold text-warn' : 'text-sm text-ink-2'}>
      <span aria-hidden={loud} data-testid="countdown">
        {loud
          ? t('time.clock', { clock: clock(left) })
          : t('time.minutes', { time: minutesIn(language, Math.ceil(left / 60_000)) })}
      </span>
      <span role="status" className="sr-only">
        {over ? t('time.over') : left <= LAST_MS ? t('time.one') : loud ? t('time.five') : ''}
      </span>
    </p>
  );
}

/** Milliseconds until `end` by the server's clock; the difference to the browser's is measured once. */
const useTimeLeft = (end: number, serverNow: number): number => {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const ahead = Date.now() - serverNow;
    setNow(serverNow);
    const timer = setInterval(() => setNow(Date.now() - ahead), 1000);
    return () => clearInterval(timer);
  }, [serverNow]);
  return Math.max(end - now, 0);
};

/** "30 minutes", in the page's language. */
const minutesIn = (language: string, minutes: number): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(minutes);

const clock = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};
