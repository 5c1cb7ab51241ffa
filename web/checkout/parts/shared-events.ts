// One event stream for all checkouts that a browser has open. Over HTTP/1.1 a browser opens six connections to an origin: with a stream in
// each tab, the seventh tab would not load. The tab that was shown last holds a Web Lock and the stream, and tells the others over a
// BroadcastChannel. Browsers give the lock to another tab when the holder closes, crashes or is taken from memory.

const NAME = 'allscale-checkout-events';
/** Other tabs have time to name their checkouts before the stream opens. */
const GATHER_MS = 100;
/** The server's limit (http/intent-events.ts); checkouts beyond it poll. */
const MAX_IDS = 50;

export interface EventsListener {
  /** Something may have changed: an event, or what happened before the stream was open. */
  onChanged(): void;
  onCut(isCut: boolean): void;
}

export interface EventsSubscription {
  /** Browsers give up on a stream whose response was an error: call this from time to time. */
  reopen(): void;
  close(): void;
}

type Message =
  | { kind: 'who' }
  | { kind: 'watching'; id: string }
  | { kind: 'left' }
  /** The stream is open, for these. */
  | { kind: 'ready'; ids: readonly string[] }
  | { kind: 'changed'; id: string }
  | { kind: 'cut' };

/** Follows one checkout. Without Web Locks (plain http, except on this machine) nothing is streamed, and `onCut(true)` makes it poll. */
export const followCheckout = (id: string, listener: EventsListener): EventsSubscription => {
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
    listener.onCut(true);
    return { reopen: () => {}, close: () => {} };
  }
  let tab = openTab(id, listener);
  // A page in the browser's cache must hold neither lock nor stream.
  const onHide = (): void => tab.close();
  const onShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) tab = openTab(id, listener);
  };
  const onVisible = (): void => {
    if (!document.hidden) tab.lead();
  };
  window.addEventListener('pagehide', onHide);
  window.addEventListener('pageshow', onShow);
  document.addEventListener('visibilitychange', onVisible);
  return {
    reopen: () => tab.reopen(),
    close() {
      window.removeEventListener('pagehide', onHide);
      window.removeEventListener('pageshow', onShow);
      document.removeEventListener('visibilitychange', onVisible);
      tab.close();
    },
  };
};

const openTab = (id: string, listener: EventsListener) => {
  const channel = new BroadcastChannel(NAME);
  let leader: Leader | null = null;
  let waiting: AbortController | null = null;
  let closed = false;

  const hear = (message: Message): void => {
    if (message.kind === 'changed' && message.id === id) listener.onChanged();
    if (message.kind === 'cut') listener.onCut(true);
    if (message.kind === 'ready') {
      const followed = message.ids.includes(id);
      if (followed) listener.onChanged();
      listener.onCut(!followed);
    }
  };
  /** A channel does not deliver to its sender. */
  const tell = (message: Message): void => {
    if (closed) return;
    channel.postMessage(message);
    hear(message);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'who') channel.postMessage({ kind: 'watching', id } satisfies Message);
    else if (data.kind === 'watching') leader?.add(data.id);
    else if (data.kind === 'left') leader?.gather();
    else hear(data);
  };

  const hold = async (): Promise<void> => {
    if (closed) return;
    leader = startLeader(id, tell);
    await leader.ended;
  };
  /** Holds the lock until the tab closes or another tab takes it. One request at a time: a new one ends the one that waits. */
  const lead = async (steal: boolean): Promise<void> => {
    waiting?.abort();
    waiting = steal ? null : new AbortController();
    const signal = waiting?.signal;
    try {
      await navigator.locks.request(NAME, signal ? { signal } : { steal }, hold);
    } catch {
      if (signal?.aborted) return;
      // Another tab took the lock. This one waits for it.
      leader?.close();
      leader = null;
      if (!closed) await lead(false);
    }
  };
  channel.postMessage({ kind: 'watching', id } satisfies Message);
  void lead(!document.hidden);

  return {
    lead() {
      if (!leader) void lead(true);
    },
    reopen: () => leader?.reopen(),
    close() {
      if (closed) return;
      if (!leader) channel.postMessage({ kind: 'left' } satisfies Message);
      closed = true;
      waiting?.abort();
      leader?.close();
      channel.close();
    },
  };
};

interface Leader {
  ended: Promise<void>;
  add(id: string): void;
  /** Asks all tabs again which checkouts they show. */
  gather(): void;
  reopen(): void;
  close(): void;
}

const startLeader = (own: string, tell: (message: Message) => void): Leader => {
  let ids = new Set([own]);
  let source: EventSource | null = null;
  let streamed = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const open = (): void => {
    const followed = [...ids].slice(0, MAX_IDS);
    const list = followed.join('.');
    if (list === streamed && source && source.readyState !== EventSource.CLOSED) return;
    streamed = list;
    source?.close();
    source = new EventSource(`/checkout/events?ids=${list}`);
    source.addEventListener('ready', () => tell({ kind: 'ready', ids: followed }));
    source.addEventListener('changed', ({ data }) => tell({ kind: 'changed', id: data }));
    source.addEventListener('error', () => tell({ kind: 'cut' }));
  };
  const openSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(open, GATHER_MS);
  };
  const gather = (): void => {
    ids = new Set([own]);
    tell({ kind: 'who' });
    openSoon();
  };
  gather();
  return {
    ended,
    add(id) {
      if (ids.has(id)) return;
      ids.add(id);
      openSoon();
    },
    gather,
    reopen() {
      if (source?.readyState === EventSource.CLOSED) open();
    },
    close() {
      clearTimeout(timer);
      source?.close();
      end();
    },
  };
};
