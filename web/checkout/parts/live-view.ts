// Keeps a checkout on the screen up to date: a nudge over server-sent events makes it read again; while those are cut it
// polls, 3, then 10, then 30 seconds apart. A failed read keeps what is shown: the address must not vanish with the network.
import { useLocation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import type { CheckoutView } from '../server/view-types.ts';

/** Waits between reads while the stream is cut. */
const pollDelaySeconds = (attempt: number): number => (attempt < 10 ? 3 : attempt < 20 ? 10 : 30);
/** Confirmations move without a nudge. */
const CONFIRMING_READ_SECONDS = 3;
/** While the stream stands, in case that a nudge was lost. */
const IDLE_READ_SECONDS = 20;
/** A read that hangs must not hold up the next. */
const READ_TIMEOUT_MS = 10_000;

export interface LiveView {
  view: CheckoutView;
  /** The stream is cut, and the page polls. */
  polling: boolean;
  /** Reads at once. */
  refresh(): void;
}

/** @param loaded what the server rendered; a newer one (another coin or network was chosen) replaces what was read since */
export const useLiveView = (loaded: CheckoutView): LiveView => {
  const { search } = useLocation();
  const [read, setRead] = useState<{ view: CheckoutView; search: string } | null>(null);
  const [polling, setPolling] = useState(false);
  // An answer to the choice before this one would take the choice back.
  const view = read && read.search === search && read.view.now > loaded.now ? read.view : loaded;
  const { id } = view.summary;
  const { live } = view;
  const confirming = view.state.phase === 'confirming' || view.state.phase === 'closing';
  const refresh = useRef(() => {});

  useEffect(() => {
    if (!live) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource | undefined;
    let cut = false;
    let attempt = 0;

    let reading = false;
    let again = false;
    // One read at a time: of two, the older answer may come last, and would stay on the screen.
    const readAgain = async (): Promise<void> => {
      again = true;
      if (reading) return;
      reading = true;
      while (again && !abort.signal.aborted) {
        again = false;
        try {
          const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(READ_TIMEOUT_MS)]);
          const asked = location.search;
          const response = await fetch(`/checkout/${id}/view${asked}`, { signal });
          if (response.ok) setRead({ view: (await response.json()) as CheckoutView, search: asked });
        } catch {
          // The next turn of the clock tries again.
        }
      }
      reading = false;
    };
    const schedule = (): void => {
      clearTimeout(timer);
      const seconds = cut ? pollDelaySeconds(attempt++) : confirming ? CONFIRMING_READ_SECONDS : IDLE_READ_SECONDS;
      timer = setTimeout(() => {
        if (!document.hidden) void readAgain();
        // A browser gives up on a stream that was answered with an error: open another one.
        if (source?.readyState === EventSource.CLOSED) connect();
        schedule();
      }, seconds * 1000);
    };
    const setCut = (value: boolean): void => {
      if (cut !== value) attempt = 0;
      const changed = cut !== value;
      cut = value;
      setPolling(value);
      if (changed) schedule();
    };
    const connect = (): void => {
      source?.close();
      source = new EventSource(`/checkout/${id}/events`);
      source.addEventListener('ready', () => {
        // What changed before the stream stood was told to nobody.
        void readAgain();
        setCut(false);
      });
      source.addEventListener('changed', () => void readAgain());
      source.addEventListener('error', () => setCut(true));
    };
    const onReturn = (): void => {
      if (!document.hidden) void readAgain();
    };

    refresh.current = () => void readAgain();
    connect();
    schedule();
    document.addEventListener('visibilitychange', onReturn);
    window.addEventListener('pageshow', onReturn);
    return () => {
      abort.abort();
      clearTimeout(timer);
      source?.close();
      document.removeEventListener('visibilitychange', onReturn);
      window.removeEventListener('pageshow', onReturn);
    };
  }, [id, live, confirming]);

  return { view, polling: live && polling, refresh: () => refresh.current() };
};
