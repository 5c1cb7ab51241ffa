// Reads something again and again, one read at a time: not on a timer while the page is hidden, and at once when it is shown
// again, restored from the browser's cache, or online again.

/** A read that hangs must not hold up the next one. */
const TIMEOUT_MS = 10_000;

interface PollerOptions<T> {
  read(signal: AbortSignal): Promise<T>;
  onRead(value: T): void;
  onFailure?(error: unknown): void;
  /** Until the next read, counted from the end of the last one. */
  delayMs(): number;
  /** Called by the timer before each read, also while the page is hidden. */
  onTick?(): void;
}

export interface Poller {
  /** Reads now. While a read is in flight, another one follows it: the first may have missed the change. */
  readNow(): void;
  /** Restarts the delay, after `delayMs` has changed. */
  reschedule(): void;
  stop(): void;
}

/** The first read comes after the first delay. */
export const startPoller = <T>({ read, onRead, onFailure, delayMs, onTick }: PollerOptions<T>): Poller => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inFlight: AbortController | undefined;
  let again = false;
  let stopped = false;

  const reschedule = (): void => {
    clearTimeout(timer);
    if (!stopped && !inFlight) timer = setTimeout(tick, delayMs());
  };
  const tick = (): void => {
    onTick?.();
    if (document.hidden) reschedule();
    else readNow();
  };
  const readOnce = async (): Promise<void> => {
    const abort = new AbortController();
    inFlight = abort;
    try {
      const value = await read(AbortSignal.any([abort.signal, AbortSignal.timeout(TIMEOUT_MS)]));
      if (!abort.signal.aborted) onRead(value);
    } catch (error) {
      if (!abort.signal.aborted) onFailure?.(error);
    }
    inFlight = undefined;
  };
  const readUntilCurrent = async (): Promise<void> => {
    while (again && !stopped) {
      again = false;
      await readOnce();
    }
    reschedule();
  };
  const readNow = (): void => {
    again = true;
    if (inFlight) return;
    clearTimeout(timer);
    void readUntilCurrent();
  };
  /** A read in flight may hang, or bring an old state. */
  const restartRead = (): void => {
    if (document.hidden) return;
    inFlight?.abort();
    readNow();
  };
  const onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) restartRead();
  };

  document.addEventListener('visibilitychange', restartRead);
  window.addEventListener('online', restartRead);
  window.addEventListener('pageshow', onPageShow);
  reschedule();
  return {
    readNow,
    reschedule,
    stop() {
      stopped = true;
      inFlight?.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', restartRead);
      window.removeEventListener('online', restartRead);
      window.removeEventListener('pageshow', onPageShow);
    },
  };
};
