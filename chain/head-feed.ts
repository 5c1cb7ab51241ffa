// The heads that a chain's WebSocket subscriptions announce. A head is a hint: it wakes the watcher, and its header saves a call, but
// what counts is read by hash from the pool. Who announced what the pool does not have is blamed (announced-heads.ts).
import type { Chain } from '#domain/chains.ts';
import { type AnnouncedHeads, createAnnouncedHeads } from './announced-heads.ts';
import type { Header } from './block-reader.ts';
import { createHeadSocket, type HeadSocket } from './head-socket.ts';
import { isFastChain } from './poll-phase.ts';
import type { RpcPool } from './rpc-pool.ts';

export interface HeadFeed extends Pick<AnnouncedHeads, 'after' | 'confirm' | 'doubt'> {
  /** Heads come, and all of them are on the chain so far: polling is not needed. */
  isLive(): boolean;
  /** Whether a head came since the last call. */
  takeNews(): boolean;
  /** Waits for this time, a new head, or the abort; at least as long as looks are apart on this chain. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type FeedLog = (facts: object, message: string) => void;

/** Silent for this many blocks, or this time if that is longer. */
const SILENT_BLOCKS = 2.5;
const SILENT_MS = 2_000;
/** On fast chains one look takes several heads. */
const FAST_LOOKS_APART_MS = 1_000;

/** Subscribes at every WebSocket address of the pool. Undefined when it has none. */
export const createHeadFeed = (chain: Chain, pool: RpcPool, log: FeedLog): HeadFeed | undefined => {
  if (pool.wsUrls.length === 0) return undefined;
  const blockMs = chain.blockSeconds * 1_000;
  const silentMs = Math.max(SILENT_BLOCKS * blockMs, SILENT_MS);
  const heads = createAnnouncedHeads({ blockMs, silentMs, clock: () => performance.now() });
  let hasNews = false;
  let lastLookAt = Number.NEGATIVE_INFINITY;
  let wake: () => void = () => {};

  const ring = (): void => {
    hasNews = true;
    wake();
  };

  const hear = (socket: HeadSocket, header: Header): boolean => {
    const { isNew, isNews } = heads.hear(socket, header);
    const waitMs = heads.allowanceMs();
    if (isNew && waitMs > 0) setTimeout(ring, waitMs).unref();
    else if (isNew) ring();
    return isNews;
  };

  const sockets = openSockets(chain, pool, log, silentMs, hear);

  return {
    isLive: () => performance.now() - heads.newsAt() < silentMs && !heads.hasDoubts(),
    takeNews() {
      const had = hasNews;
      hasNews = false;
      return had;
    },
    after: heads.after,
    confirm: heads.confirm,
    doubt: heads.doubt,
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
