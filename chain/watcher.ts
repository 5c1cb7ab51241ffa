// Watches one chain: follows its head, writes what it finds to the ledger, and reports trouble. The cost grows with blocks, not
// with open intents. Two watchers of one chain are harmless: only the holder of the lease writes, and every transaction checks
// its fencing token.
import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '#domain/chains.ts';
import { LeaseLostError } from '#domain/errors.ts';
import type { Units } from '#domain/money.ts';
import { type Header, readHeader, readHeaders } from './block-reader.ts';
import { createHeadFeed } from './head-feed.ts';
import { nextLook } from './poll-phase.ts';
import { isRpcError } from './rpc-errors.ts';
import type { RpcPool } from './rpc-pool.ts';
import { createTransferScanner } from './transfer-scan.ts';
import { readAhead, takeReadAhead } from './watch-ahead.ts';
import { applyWords, beginFinal, commitBlocks, commitFinal, recheckClaims } from './watch-commit.ts';
import type { WatchLedger } from './watch-ledger.ts';
import { type Reading, readAnnounced, readNext } from './watch-read.ts';
import {
  initialState,
  mustHavePosition,
  renewLease,
  setTrouble,
  type WatcherLog,
  type WatchSession,
  type WatchState,
} from './watch-session.ts';
import { checkTokensWhenDue } from './watch-tokens.ts';
import { troubleOfWords, waitForWords } from './watch-words.ts';

export interface WatcherDeps {
  chain: Chain;
  pool: RpcPool;
  ledger: WatchLedger;
  log: WatcherLog;
  /** Names this run in the lease; two at once need two names. */
  owner: string;
}

export interface WatcherOptions {
  /** How long a silent holder keeps the lease. */
  leaseMs?: number;
  /** A new chain is read from this long before the head (local chains: from their start). */
  startMarginMs?: number;
  /** In place of the chain's. */
  twoProvidersFrom?: Units;
}

/** Two seconds of a head below the cursor on a local chain mean that it was reset. */
const ROLLBACK_AFTER_MS = 2_000;
/** How long failures may last before the operator sees them. */
const TROUBLE_AFTER_MS = 5_000;
const BEHIND_TROUBLE_AFTER_MS = 60_000;
const FAILURE_WAIT_MS = 1_000;
/** A step that takes longer hangs: another watcher may take the lease. */
const LONGEST_STEP_MS = 120_000;
/** How often every provider is asked for its head, so that one that lagged is trusted again. */
const PROBE_EVERY_MS = 30_000;
/** How often the pool is asked for its head although heads are announced: a subscription may lag, or leave blocks out. */
const POLL_BESIDE_HEADS_MS = 30_000;
/** Between two heads the watcher wakes for its lease and for payers' claims. */
const WAIT_FOR_HEADS_MS = 1_000;

export const createWatcher = (
  { chain, pool, ledger, log, owner }: WatcherDeps,
  { leaseMs = 10_000, startMarginMs = 600_000, twoProvidersFrom = chain.twoProvidersFrom }: WatcherOptions = {},
) => {
  const deps = { chain, pool, ledger, scanner: createTransferScanner(chain) };

  /** Watches while it holds the lease. Returns when aborted; throws LeaseLostError. */
  const hold = async (leaseToken: bigint, signal: AbortSignal, onTick: () => void): Promise<void> => {
    const state = initialState(await mustHavePosition(ledger, chain.id), await ledger.rejectedTokens(chain.id));
    const heads = createHeadFeed(chain, pool, (facts, message) => log.info(facts, message));
    const session: WatchSession = { deps, log, leaseToken, leaseMs, twoProvidersFrom, state, heads };
    // Keeps the lease during a long step, such as a catch-up from a slow provider. If the lease is lost, the step's commit fails.
    const keeper = setInterval(() => {
      if (performance.now() - state.stepBeganAt > LONGEST_STEP_MS) return;
      onTick();
      renewLease(session, null).catch(() => {});
    }, leaseMs / 3);
    try {
      while (!signal.aborted) {
        onTick();
        const waitMs = await watchStep(session);
        // Heads do not wake a watcher whose last step failed.
        if (heads && state.failingSince === undefined) await heads.wait(waitMs, signal);
        else await pause(waitMs, signal);
      }
    } finally {
      clearInterval(keeper);
      await heads?.close();
    }
  };

  return {
    /**
     * Watches until aborted, then releases the lease. Waits while another watcher holds the lease. Never throws: failures are
     * logged, shown as trouble and retried.
     * @param onTick called at least every few seconds, for heartbeats
     */
    async run(signal: AbortSignal, onTick: () => void = () => {}): Promise<void> {
      while (!signal.aborted) {
        onTick();
        let token: bigint | undefined;
        try {
          await beginWatch(chain, pool, ledger, startMarginMs);
          token = await ledger.acquireLease(chain.id, owner, leaseMs);
          if (token !== undefined) await hold(token, signal, onTick);
        } catch (error) {
          log.warn({ chainId: chain.id, err: error }, 'watcher stopped by an error; it starts again');
        } finally {
          if (token !== undefined) await ledger.releaseLease(chain.id, token).catch(() => {});
        }
        await pause(Math.min(leaseMs / 3, FAILURE_WAIT_MS), signal);
      }
    },
  };
};

/** Sets the cursor of a chain that was never watched. */
export const beginWatch = async (
  chain: Chain,
  pool: RpcPool,
  ledger: WatchLedger,
  startMarginMs: number,
): Promise<void> => {
  if (await ledger.position(chain.id)) return;
  const start = await pool.use(async (provider): Promise<Header> => {
    const head = await readHeader(provider, 'latest');
    const margin = BigInt(Math.ceil(startMarginMs / 1000 / chain.blockSeconds));
    const number = chain.local || head.number < margin ? 0n : head.number - margin;
    return (await readHeaders(provider, [number]))[0] ?? head;
  });
  await ledger.begin(chain.id, start);
};

/** One round with its failures. @returns how long to wait before the next, in milliseconds. Throws LeaseLostError only. */
export const watchStep = async (session: WatchSession): Promise<number> => {
  const { deps, log, state } = session;
  state.stepBeganAt = performance.now();
  try {
    await checkTokensWhenDue(session);
    // Before new blocks: a pass that fails must not keep what is waiting from being confirmed, or taken back.
    await applyWords(session);
    const wait = await tick(session);
    await recheckClaims(session);
    state.failingSince = undefined;
    if (state.behindSince === undefined) await setTrouble(session, troubleOf(state));
    return waitForWords(state.words, wait);
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    state.failingSince ??= performance.now();
    // The news of this step is taken. Without a look of its own the next step would see none, and pass for a success.
    state.polledAt = Number.NEGATIVE_INFINITY;
    log.warn({ chainId: deps.chain.id, err: error }, 'watcher step failed');
    if (performance.now() - state.failingSince > TROUBLE_AFTER_MS || needsPerson(error)) {
      await setTrouble(session, messageOf(error));
    }
    // The ledger may have committed the step although its response was lost.
    state.position = await mustHavePosition(deps.ledger, deps.chain.id);
    return Math.max(waitAfter(session, 0), FAILURE_WAIT_MS);
  }
};

const troubleOf = ({ missingTag, tokens, words }: WatchState): string | null =>
  [missingTag, tokens.trouble, troubleOfWords(words)].filter((text) => text !== null).join('; ') || null;

/** Reads what is next and commits it. @returns how long to wait before the next read, if no head is announced */
const tick = async (session: WatchSession): Promise<number> => {
  const { state, heads } = session;
  await probeHeads(session);
  const ahead = await takeReadAhead(session);
  const reading = ahead?.reading ?? (await look(session));
  if (!reading) {
    await renewLease(session, null);
    return WAIT_FOR_HEADS_MS;
  }
  state.reader = reading.provider;
  if (reading.kind === 'behind') {
    await noteBehind(session, reading.head.number);
    return waitAfter(session, 0);
  }
  state.behindSince = undefined;
  if (reading.kind === 'idle') {
    heads?.confirm({ blocks: [state.position.cursor], head: reading.head, orphanAbove: null });
    await renewLease(session, reading.head);
    return waitAfter(session, 0);
  }
  const early = ahead?.early ?? beginFinal(session, reading, state.position.finalNumber);
  readAhead(session, reading, early);
  const isFinal = await commitBlocks(session, reading, early);
  heads?.confirm({ blocks: reading.headers, head: reading.heights.head, orphanAbove: reading.orphanAbove });
  await renewLease(session, reading.heights.head);
  if (!isFinal) await commitFinal(session, reading, early);
  const waitMs = waitAfter(session, reading.headers.length);
  return state.position.cursor.number < reading.heights.head ? 0 : waitMs;
};

/** Reads what was announced, or else asks the pool for its head. Undefined: heads come, and none is new. */
const look = async ({ deps, state, heads, log }: WatchSession): Promise<Reading | undefined> => {
  const { position, tags, isTagAwaited } = state;
  const behindMs = state.behindSince === undefined ? 0 : performance.now() - state.behindSince;
  const allowRollback = deps.chain.local && behindMs > ROLLBACK_AFTER_MS;
  const from = { ...position, tags, isTagAwaited, allowRollback };
  // Heads are not believed for ever without a look of our own.
  if (heads && performance.now() - state.polledAt < POLL_BESIDE_HEADS_MS) {
    const hasNews = heads.takeNews();
    const announced = heads.after(position.cursor);
    if (announced.length > 0) {
      try {
        return await deps.pool.use((provider) => readAnnounced(deps, provider, from, announced));
      } catch (error) {
        if (!isRpcError(error)) throw error;
        heads.doubt(announced);
        log.info({ chainId: deps.chain.id, err: error }, 'an announced head could not be read; asking for the head');
      }
    } else if (!hasNews && heads.isLive()) return undefined;
  }
  const reading = await deps.pool.use((provider) => readNext(deps, provider, from));
  state.polledAt = performance.now();
  return reading;
};

/** Notes what a look found, and says when to look again. */
const waitAfter = ({ deps, state, heads }: WatchSession, found: number): number => {
  const { phase, waitMs } = nextLook(state.phase, deps.chain, found);
  state.phase = phase;
  return heads?.isLive() ? WAIT_FOR_HEADS_MS : waitMs;
};

const noteBehind = async (session: WatchSession, head: bigint): Promise<void> => {
  const { state } = session;
  state.behindSince ??= performance.now();
  await renewLease(session, head);
  if (performance.now() - state.behindSince <= BEHIND_TROUBLE_AFTER_MS) return;
  const cursor = state.position.cursor.number;
  await setTrouble(session, `Every provider is behind block ${cursor}, which was read before (head ${head})`);
};

/** Asks every provider for its head but the one that the watcher reads from, which is asked anyway. */
const probeHeads = async ({ deps: { pool }, state }: WatchSession): Promise<void> => {
  if (pool.size < 2 || performance.now() - state.probedAt < PROBE_EVERY_MS) return;
  state.probedAt = performance.now();
  for (const { provider, response } of await pool.askAll((one) => readHeader(one, 'latest'), {
    except: state.reader,
  })) {
    pool.reportHead(provider, response.number);
  }
};

const needsPerson = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'deep_reorg' || error.code === 'finality_conflict');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Waits, or returns at once when aborted. */
const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
};
