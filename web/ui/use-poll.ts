// Asks an address again and again while the page is looked at: not while it is hidden, at once when it is shown again, and less often
// while nothing comes. What went wrong is told, for a page that is no longer kept current must say so.
import { useEffect, useRef, useState } from 'react';

const MOST_MS = 60_000;
/** A question that hangs must not hold up the next. */
const TIMEOUT_MS = 10_000;
/** One lost answer is no news. */
const FAILURES_TOLD = 2;

/** Why a page is not kept current. */
export type Trouble = 'logged-out' | 'failing';

class LoggedOut extends Error {}

const read = async (url: string, signal: AbortSignal): Promise<unknown> => {
  // The log-in is all that these addresses lead on to.
  const response = await fetch(url, { signal, redirect: 'manual' });
  if (response.type === 'opaqueredirect' || response.status === 401) throw new LoggedOut();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return await response.json();
};

/**
 * @param url null asks nothing
 * @param onResponse the one of the moment of the question: it knows what was shown then
 * @returns what is wrong now, or null
 */
export const usePoll = <Answer>(
  url: string | null,
  everyMs: number,
  onResponse: (response: Answer) => void,
): Trouble | null => {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const tell = useRef(onResponse);
  useEffect(() => {
    tell.current = onResponse;
  });

  useEffect(() => {
    if (url === null) return;
    let asking: AbortController | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const ask = async (): Promise<void> => {
      if (document.hidden) {
        // What was asked before would be old when the page is shown again.
        clearTimeout(timer);
        asking?.abort();
        asking = undefined;
        return;
      }
      if (asking) return;
      clearTimeout(timer);
      const mine = new AbortController();
      asking = mine;
      const responded = tell.current;
      try {
        const response = await read(url, AbortSignal.any([mine.signal, AbortSignal.timeout(TIMEOUT_MS)]));
        if (mine.signal.aborted) return;
        failures = 0;
        setTrouble(null);
        responded(response as Answer);
      } catch (error) {
        if (mine.signal.aborted) return;
        failures += 1;
        if (error instanceof LoggedOut) setTrouble('logged-out');
        else if (failures >= FAILURES_TOLD) setTrouble('failing');
      }
      asking = undefined;
      timer = setTimeout(ask, Math.min(everyMs * 2 ** failures, MOST_MS));
    };
    timer = setTimeout(ask, everyMs);
    const askNow = (): void => void ask();
    // A page that comes back from the browser's memory stands as it was left.
    const onPageShow = (event: PageTransitionEvent): void => void (event.persisted && ask());
    document.addEventListener('visibilitychange', askNow);
    window.addEventListener('online', askNow);
    window.addEventListener('pageshow', onPageShow);
    return () => {
      asking?.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', askNow);
      window.removeEventListener('online', askNow);
      window.removeEventListener('pageshow', onPageShow);
    };
  }, [url, everyMs]);
  return url === null ? null : trouble;
};
