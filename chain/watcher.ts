// Watches one chain: follows its head, writes what it finds to the ledger, and reports trouble. The cost grows with blocks, not
// with open intents. Two watchers of one chain are harmless: only the holder of the lease writes, and every transaction checks
// its fencing token.
import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '#domain/chains.ts';
import { LeaseLostError } from '#domain/errors.ts';
import { type Header, readHeader, readHeaders } from './block-reader.ts';
import type { RpcPool } from './rpc-pool.ts';
import { createTransferScanner } from './transfer-scan.ts';
import { readAhead, takeReadAhead } from './watch-ahead.ts';
import { commitBlocks, commitFinal, recheckClaims } from './watch-commit.ts';
import type { WatchLedger } from './watch-ledger.ts';
import { readNext } from './watch-read.ts';
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
}

/** The longest time between two reads of the head: a payment is seen within two seconds. */
export const pollIntervalMs = (chain: Chain): number => Math.min(Math.max(chain.blockSeconds * 500, 250), 2_000);

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

export const createWatcher = (
  { chain, pool, ledger, log, owner }: WatcherDeps,
  { leaseMs = 10_000, startMarginMs = 600_000 }: WatcherOptions = {},
) => {
  const deps = { chain, pool, ledger, scanner: createTransferScanner(chain) };

  /** Watches while it holds the lease. Returns when aborted; throws LeaseLostError. */
  const hold = async (leaseToken: bigint, signal: AbortSignal, onTick: () => void): Promise<void> => {
    const state = initialState(await mustHavePosition(ledger, chain.id), await ledger.rejectedTokens(chain.id));
    const session: WatchSession = { deps, log, leaseToken, leaseMs, state };
    // Keeps the lease during a long step, such as a catch-up from a slow provider. If the lease is lost, the step's commit fails.
    const keeper = setInterval(() => {
      if (performance.now() - state.stepBeganAt > LONGEST_STEP_MS) return;
      onTick();
      renewLease(session, null).catch(() => {});
    }, leaseMs / 3);
    try {
      while (!signal.aborted) {
        onTick();
        await pause(await watchStep(session), signal);
      }
    } finally {
      clearInterval(keeper);
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
    const wait = await tick(session);
    await recheckClaims(session);
    state.failingSince = undefined;
    if (state.behindSince === undefined) await setTrouble(session, troubleOf(state));
    return wait;
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    state.failingSince ??= performance.now();
    log.warn({ chainId: deps.chain.id, err: error }, 'watcher step failed');
    if (performance.now() - state.failingSince > TROUBLE_AFTER_MS || needsPerson(error)) {
      await setTrouble(session, messageOf(error));
    }
    // The ledger may have committed the step although its response was lost.
    state.position = await mustHavePosition(deps.ledger, deps.chain.id);
    return Math.max(pollIntervalMs(deps.chain), FAILURE_WAIT_MS);
  }
};

const troubleOf = ({ missingTag, tokens }: WatchState): string | null =>
  [missingTag, tokens.trouble].filter((text) => text !== null).join('; ') || null;

/** Reads what is next and commits it. @returns how long to wait before the next read */
const tick = async (session: WatchSession): Promise<number> => {
  const { deps, state } = session;
  const idleMs = pollIntervalMs(deps.chain);
  await probeHeads(session);
  const behindMs = state.behindSince === undefined ? 0 : performance.now() - state.behindSince;
  const wasReset = deps.chain.local && behindMs > ROLLBACK_AFTER_MS;
  const reading =
    (await takeReadAhead(session)) ??
    (await deps.pool.use((provider) => readNext(deps, provider, state.position, wasReset)));
  if (reading.kind === 'behind') {
    await noteBehind(session, reading.head.number);
    return idleMs;
  }
  state.behindSince = undefined;
  if (reading.kind === 'blocks') readAhead(session, reading);
  if (reading.kind === 'idle') {
    await renewLease(session, reading.head);
    return idleMs;
  }
  await commitBlocks(session, reading);
  await renewLease(session, reading.heights.head);
  await commitFinal(session, reading);
  return state.position.cursor.number < reading.heights.head ? 0 : idleMs;
};

const noteBehind = async (session: WatchSession, head: bigint): Promise<void> => {
  const { state } = session;
  state.behindSince ??= performance.now();
  await renewLease(session, head);
  if (performance.now() - state.behindSince <= BEHIND_TROUBLE_AFTER_MS) return;
  const cursor = state.position.cursor.number;
  await setTrouble(session, `Every provider is behind block ${cursor}, which was read before (head ${head})`);
};

const probeHeads = async ({ deps: { pool }, state }: WatchSession): Promise<void> => {
  if (pool.size < 2 || performance.now() - state.probedAt < PROBE_EVERY_MS) return;
  state.probedAt = performance.now();
  for (const { provider, response } of await pool.askAll((one) => readHeader(one, 'latest'))) {
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
