// The heads that a chain's WebSocket subscriptions announce. A head is a hint: it wakes the watcher, and its header saves a call, but
// what counts is read by hash from the pool. Heads that the pool never has are blamed on who sent them.
import type { Hex } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { BlockPoint } from '#domain/observed-blocks.ts';
import type { Header } from './block-reader.ts';
import { createHeadSocket, type HeadSocket } from './head-socket.ts';
import { isFastChain } from './poll-phase.ts';
import type { RpcPool } from './rpc-pool.ts';

export interface HeadFeed {
  /** Heads come, and all of them are on the chain so far: polling is not needed. */
  isLive(): boolean;
  /** Whether a head came since the last call. */
  takeNews(): boolean;
  /** Announced headers after the cursor, each proven and the parent of the next; at most `ANNOUNCED_AT_ONCE`. Empty: none that fit. */
  after(cursor: BlockPoint): Header[];
  /** The pool has these blocks, and its head is this number. Settles who told the truth. */
  confirm(blocks: readonly Pick<Header, 'hash' | 'number'>[], head: bigint): void;
  /** The pool does not have these yet, or never. They are not offered again. */
  doubt(headers: readonly Header[]): void;
  /** Waits for this time, a new head, or the abort; at least as long as looks are apart on this chain. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type FeedLog = (facts: object, message: string) => void;

export const ANNOUNCED_AT_ONCE = 64;
const KEPT = 512;
/** Silent for this many blocks, or this time if that is longer. */
const SILENT_BLOCKS = 2.5;
const SILENT_MS = 2_000;
/** How far above the pool's head an announced one may be. */
const AHEAD_BLOCKS = 3n;
/** On fast chains one look takes several heads. */
const FAST_LOOKS_APART_MS = 1_000;

interface Announced {
  header: Header;
  from: Set<HeadSocket>;
  at: number;
  state: 'new' | 'doubted' | 'confirmed';
}

/** Subscribes at every WebSocket address of the pool. Undefined when it has none. */
export const createHeadFeed = (chain: Chain, pool: RpcPool, log: FeedLog): HeadFeed | undefined => {
  if (pool.wsUrls.length === 0) return undefined;
  const blockMs = chain.blockSeconds * 1_000;
  const silentMs = Math.max(SILENT_BLOCKS * blockMs, SILENT_MS);
  const heads = new Map<Hex, Announced>();
  /** When the pool showed a block that no subscription announced. */
  const seenWithout = new Map<Hex, number>();
  let newsAt = Number.NEGATIVE_INFINITY;
  let hasNews = false;
  let lastLookAt = Number.NEGATIVE_INFINITY;
  /** The pool's nodes may be behind the socket's: heads are held back this long. */
  let allowanceMs = 0;
  let wake: () => void = () => {};

  const ring = (): void => {
    hasNews = true;
    wake();
  };

  const hear = (socket: HeadSocket, header: Header): boolean => {
    const now = performance.now();
    const knownSince = heads.get(header.hash)?.at ?? seenWithout.get(header.hash);
    if (knownSince !== undefined) {
      heads.get(header.hash)?.from.add(socket);
      // What everybody has known for long is no news: this subscription lags.
      return now - knownSince < silentMs;
    }
    heads.set(header.hash, { header, from: new Set([socket]), at: now, state: 'new' });
    forgetOldest(heads);
    newsAt = now;
    if (allowanceMs > 0) setTimeout(ring, allowanceMs).unref();
    else ring();
    return true;
  };

  const sockets = openSockets(chain, pool, log, silentMs, hear);

  const confirmOne = (announced: Announced): void => {
    if (announced.state === 'confirmed') return;
    allowanceMs =
      announced.state === 'doubted'
        ? Math.min(allowanceMs + blockMs / 20, blockMs / 4)
        : Math.max(allowanceMs - blockMs / 400, 0);
    announced.state = 'confirmed';
    settle(announced, true);
  };

  return {
    isLive: () =>
      performance.now() - newsAt < silentMs && ![...heads.values()].some(({ state }) => state === 'doubted'),
    takeNews() {
      const had = hasNews;
      hasNews = false;
      return had;
    },
    after: (cursor) => descendants(heads, cursor),
    confirm(blocks, head) {
      const now = performance.now();
      for (const { hash } of blocks) {
        if (!heads.has(hash)) seenWithout.set(hash, now);
        // A proven header binds those below it.
        for (let at = heads.get(hash); at && at.state !== 'confirmed'; at = heads.get(at.header.parentHash)) {
          confirmOne(at);
          if (!at.header.isProven) break;
        }
      }
      forgetOldest(seenWithout);
      for (const [hash, announced] of heads) {
        if (!isFalse(announced, head, silentMs)) continue;
        heads.delete(hash);
        settle(announced, false);
      }
    },
    doubt(headers) {
      for (const { hash } of headers) {
        const announced = heads.get(hash);
        if (announced) announced.state = 'doubted';
      }
    },
    async wait(ms, signal) {
      const apartMs = isFastChain(chain) ? lastLookAt + FAST_LOOKS_APART_MS - performance.now() : 0;
      if (apartMs > 0) await pauseUntil(Math.min(apartMs, ms), signal, () => {});
      const restMs = ms - Math.max(apartMs, 0);
      if (restMs > 0 && !hasNews) {
        await pauseUntil(restMs, signal, (ends) => {
          wake = ends;
        });
      }
      lastLookAt = performance.now();
    },
    async close() {
      await Promise.all(sockets.map((socket) => socket.close()));
    },
  };
};

const openSockets = (
  chain: Chain,
  pool: RpcPool,
  log: FeedLog,
  silentMs: number,
  hear: (socket: HeadSocket, header: Header) => boolean,
): HeadSocket[] =>
  pool.wsUrls.map((url, index) => {
    const name = `ws ${index + 1} (${new URL(url).host})`;
    const socket: HeadSocket = createHeadSocket({
      url,
      name,
      chainId: chain.id,
      silentMs,
      onHead: (header) => hear(socket, header),
      onCall: (method) => pool.countCall(method),
      onEnd: (reason, waitMs) =>
        log({ chainId: chain.id, provider: name, reason, waitMs }, 'subscription to new heads ended'),
    });
    return socket;
  });

/** Of the newest head that descends from the cursor through proven headers: the headers from the cursor on. */
const descendants = (heads: ReadonlyMap<Hex, Announced>, cursor: BlockPoint): Header[] => {
  for (const { header: tip } of [...heads.values()].reverse()) {
    const headers: Header[] = [];
    let at = heads.get(tip.hash);
    while (at?.state === 'new' && at.header.isProven && at.header.number > cursor.number) {
      headers.push(at.header);
      if (at.header.parentHash === cursor.hash) return headers.reverse().slice(0, ANNOUNCED_AT_ONCE);
      at = heads.get(at.header.parentHash);
    }
  }
  return [];
};

const settle = ({ from }: Announced, isTrue: boolean): void => {
  for (const socket of from) isTrue ? socket.praise() : socket.blame();
};

/** A head that can no longer be on the chain, whose head is this number. */
const isFalse = ({ header, state, at }: Announced, head: bigint, patienceMs: number): boolean =>
  state !== 'confirmed' &&
  (header.number <= head || (header.number > head + AHEAD_BLOCKS && performance.now() - at > patienceMs));

const forgetOldest = (map: Map<Hex, unknown>): void => {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
};

/** @param onStart given what ends the pause early */
const pauseUntil = async (ms: number, signal: AbortSignal, onStart: (end: () => void) => void): Promise<void> => {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  onStart(stop);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
};
