// One watcher for a chain: follows the head, hands what it finds to the ledger in steps of one transaction, and says in words
// what troubles it. The cost grows with blocks, not with open intents. Two at once are harmless: only the holder of the lease
// writes, and its fencing token is checked in every transaction.
import { setTimeout as delay } from 'node:timers/promises';
import type { Chain } from '#domain/chains.ts';
import { type ChainHeights, confirmationNeed, isConfirmed, tierUnits } from '#domain/confirmations.ts';
import { LeaseLostError } from '#domain/errors.ts';
import { formatUnits } from '#domain/money.ts';
import type { MatchedTransfer, ScannedTransfer, WatchPosition } from '#domain/observed-blocks.ts';
import { type Header, readHeader, readHeaders } from './block-reader.ts';
import { readBlockAgain } from './block-recheck.ts';
import { readFinal } from './finality-pass.ts';
import type { RpcPool } from './rpc-pool.ts';
import { createTransferScanner } from './transfer-scan.ts';
import type { WatchLedger } from './watch-ledger.ts';
import { type ReadDeps, type Reading, readNext } from './watch-read.ts';

export interface WatcherLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

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

/** At most so long between two looks at the head, so that a payment is seen within two seconds. */
export const pollIntervalMs = (chain: Chain): number => Math.min(Math.max(chain.blockSeconds * 500, 250), 2_000);

/** Two seconds of a head below the cursor on a local chain mean that it was reset. */
const ROLLBACK_AFTER_MS = 2_000;
/** How long failures may last before they are shown to the operator. */
const TROUBLE_AFTER_MS = 5_000;
const FAILURE_WAIT_MS = 1_000;
/** A step that takes longer has hung: another watcher may have the lease. */
const LONGEST_STEP_MS = 120_000;
/** How often every provider is asked for its head, so that one that lagged is trusted again. */
const PROBE_EVERY_MS = 30_000;
const FINAL_PASS_BLOCKS = 16n;
const FINAL_PASS_EVERY_MS = 5_000;
/** How often claims are looked for; after a failure, a little later: they must never hold up what is new. */
const RECHECK_EVERY_MS = 2_000;
const RECHECK_AFTER_FAILURE_MS = 15_000;
const RECHECKS_AT_ONCE = 8;

export const createWatcher = (
  { chain, pool, ledger, log, owner }: WatcherDeps,
  { leaseMs = 10_000, startMarginMs = 600_000 }: WatcherOptions = {},
) => {
  const deps: ReadDeps = { chain, pool, ledger, scanner: createTransferScanner(chain) };
  const idleMs = pollIntervalMs(chain);

  const begin = async (): Promise<void> => {
    if (await ledger.position(chain.id)) return;
    const start = await pool.use(async (provider): Promise<Header> => {
      const head = await readHeader(provider, 'latest');
      const margin = BigInt(Math.ceil(startMarginMs / 1000 / chain.blockSeconds));
      const number = chain.local || head.number < margin ? 0n : head.number - margin;
      return (await readHeaders(provider, [number]))[0] ?? head;
    });
    await ledger.begin(chain.id, start);
  };

  const match = async (transfers: readonly ScannedTransfer[], heights: ChainHeights): Promise<MatchedTransfer[]> => {
    if (transfers.length === 0) return [];
    const deposits = await ledger.depositsAmong(chain.id, [...new Set(transfers.map(({ to }) => to))]);
    return transfers.flatMap((transfer) => {
      const deposit = deposits.get(transfer.to);
      if (!deposit) return [];
      const size = tierUnits(transfer.amountUnits, deposit.priceUnits);
      const needs = confirmationNeed(chain.confirmation, size, deposit.storeMinimumBlocks);
      const state = isConfirmed(needs, transfer.blockNumber, heights) ? 'confirmed' : 'seen';
      return [{ ...transfer, intentId: deposit.intentId, state } as const];
    });
  };

  /** Watches while it holds the lease. Returns when aborted; throws LeaseLostError. */
  const hold = async (leaseToken: bigint, signal: AbortSignal, onTick: () => void): Promise<void> => {
    let position = await mustHavePosition(ledger, chain.id);
    let trouble: string | null | undefined;
    let failingSince: number | undefined;
    let behindSince: number | undefined;
    let finalPassAt = 0;
    let probedAt = performance.now();
    let renewedAt = 0;
    let recheckAt = 0;
    /** A tag that the chain's rule asks for and its provider did not serve at the last block, in words. */
    let missingTag: string | null = null;

    const say = async (label: string | null): Promise<void> => {
      if (label === trouble) return;
      if (label) log.warn({ chainId: chain.id, trouble: label }, 'watcher in trouble');
      else if (trouble) log.info({ chainId: chain.id }, 'watcher well again');
      await ledger.setTrouble(chain.id, leaseToken, label);
      trouble = label;
    };
    const renew = async (head: bigint | null): Promise<void> => {
      if (performance.now() - renewedAt < leaseMs / 3) return;
      renewedAt = performance.now();
      await ledger.renewLease(chain.id, leaseToken, leaseMs, head);
    };
    // A long step (a slow provider in a catch-up) keeps the lease while it works, but not for ever. When it is lost all the
    // same, the step's own commit says so.
    let stepBeganAt = performance.now();
    const keeper = setInterval(() => {
      if (performance.now() - stepBeganAt > LONGEST_STEP_MS) return;
      onTick();
      renew(null).catch(() => {});
    }, leaseMs / 3);

    const commitBlocks = async (reading: Extract<Reading, { kind: 'blocks' }>): Promise<void> => {
      const { cursor, headers, heights, orphanAbove } = reading;
      missingTag = missingTagMessage(chain, heights, reading.provider);
      const transfers = await match(reading.transfers, heights);
      await ledger.commit({
        chainId: chain.id,
        leaseToken,
        cursor,
        blocks: headers,
        orphanAbove,
        finalNumber: null,
        heights,
        transfers,
      });
      if (orphanAbove !== null) {
        log.warn(
          { chainId: chain.id, ancestor: String(orphanAbove), was: String(position.cursor.number) },
          'chain reorganised',
        );
      }
      const finalNumber =
        orphanAbove !== null && orphanAbove < position.finalNumber ? orphanAbove : position.finalNumber;
      position = { cursor, finalNumber };
    };

    const commitFinal = async (reading: Extract<Reading, { kind: 'blocks' }>): Promise<void> => {
      const { heights } = reading;
      const waiting = (heights.finalized ?? heights.head) - position.finalNumber;
      if (waiting < FINAL_PASS_BLOCKS && performance.now() - finalPassAt < FINAL_PASS_EVERY_MS) return;
      const pass = await readFinal(deps, position, heights, reading.provider);
      finalPassAt = performance.now();
      if (!pass) return;
      const transfers = await match(pass.transfers, heights);
      await ledger.commit({
        chainId: chain.id,
        leaseToken,
        cursor: null,
        blocks: [],
        orphanAbove: null,
        finalNumber: pass.finalNumber,
        heights,
        transfers,
      });
      position = { ...position, finalNumber: pass.finalNumber };
    };

    const probe = async (): Promise<void> => {
      if (pool.size < 2 || performance.now() - probedAt < PROBE_EVERY_MS) return;
      probedAt = performance.now();
      for (const { provider, response: answer } of await pool.askAll((one) => readHeader(one, 'latest'))) {
        pool.reportHead(provider, answer.number);
      }
    };

    /** Blocks that payers' claims point to (block-recheck.ts). */
    const recheck = async (): Promise<void> => {
      if (performance.now() < recheckAt) return;
      recheckAt = performance.now() + RECHECK_EVERY_MS;
      for (const claim of await ledger.rechecks(chain.id, position.cursor.number, RECHECKS_AT_ONCE)) {
        try {
          const { heights, transfers } = await readBlockAgain(deps, claim.blockNumber, position.cursor.number);
          await ledger.commit({
            chainId: chain.id,
            leaseToken,
            cursor: null,
            blocks: [],
            orphanAbove: null,
            finalNumber: null,
            heights,
            transfers: await match(transfers, heights),
          });
          await ledger.finishRecheck(chain.id, leaseToken, claim);
        } catch (error) {
          if (error instanceof LeaseLostError) throw error;
          log.warn({ chainId: chain.id, block: String(claim.blockNumber), err: error }, 'a block was not read again');
          await ledger.postponeRecheck(chain.id, leaseToken, claim);
          recheckAt = performance.now() + RECHECK_AFTER_FAILURE_MS;
        }
      }
    };

    /** One look; how long to wait before the next. */
    const tick = async (): Promise<number> => {
      await probe();
      const rolledBack =
        chain.local && behindSince !== undefined && performance.now() - behindSince > ROLLBACK_AFTER_MS;
      const reading = await pool.use((provider) => readNext(deps, provider, position, rolledBack));
      if (reading.kind === 'behind') {
        behindSince ??= performance.now();
        await renew(reading.head.number);
        if (performance.now() - behindSince > 60_000) {
          await say(
            `Every provider is behind block ${position.cursor.number}, which was read before (head ${reading.head.number})`,
          );
        }
        return idleMs;
      }
      behindSince = undefined;
      if (reading.kind === 'idle') {
        await renew(reading.head);
        return idleMs;
      }
      await commitBlocks(reading);
      await renew(reading.heights.head);
      await commitFinal(reading);
      return position.cursor.number < reading.heights.head ? 0 : idleMs;
    };

    const step = async (): Promise<void> => {
      onTick();
      stepBeganAt = performance.now();
      let wait: number;
      try {
        wait = await tick();
        await recheck();
        failingSince = undefined;
        if (behindSince === undefined) await say(missingTag);
      } catch (error) {
        if (error instanceof LeaseLostError) throw error;
        failingSince ??= performance.now();
        log.warn({ chainId: chain.id, err: error }, 'watcher step failed');
        if (performance.now() - failingSince > TROUBLE_AFTER_MS || isForPerson(error)) await say(messageOf(error));
        // The ledger may have taken the step although its answer was lost.
        position = await mustHavePosition(ledger, chain.id);
        wait = Math.max(idleMs, FAILURE_WAIT_MS);
      }
      await pause(wait, signal);
    };
    try {
      while (!signal.aborted) await step();
    } finally {
      clearInterval(keeper);
    }
  };

  return {
    /**
     * Watches until aborted, and then gives up the lease. While another holds the lease it waits for it. Never throws:
     * what fails is logged, shown as trouble, and tried again.
     * @param onTick called at least every few seconds, for heart beats
     */
    async run(signal: AbortSignal, onTick: () => void = () => {}): Promise<void> {
      while (!signal.aborted) {
        onTick();
        let token: bigint | undefined;
        try {
          await begin();
          token = await ledger.acquireLease(chain.id, owner, leaseMs);
          if (token !== undefined) await hold(token, signal, onTick);
        } catch (error) {
          log.warn({ chainId: chain.id, err: error }, 'watcher could not go on');
        } finally {
          if (token !== undefined) await ledger.releaseLease(chain.id, token).catch(() => {});
        }
        await pause(Math.min(leaseMs / 3, FAILURE_WAIT_MS), signal);
      }
    },
  };
};

const mustHavePosition = async (ledger: WatchLedger, chainId: number): Promise<WatchPosition> => {
  const position = await ledger.position(chainId);
  if (!position) throw new Error(`Chain ${chainId} has no cursor`);
  return position;
};

/** Without the tag, transfers of those amounts are never confirmed: somebody must know. */
const missingTagMessage = ({ name, confirmation }: Chain, heights: ChainHeights, provider: string): string | null => {
  for (const [index, { need }] of confirmation.tiers.entries()) {
    if (need.kind !== 'tag' || heights[need.tag] !== null) continue;
    const below = confirmation.tiers[index - 1]?.upToUnits;
    const amounts = below ? `payments above ${formatUnits(below)}` : 'payments';
    return `${provider} does not serve the block \`${need.tag}\` of ${name}: ${amounts} cannot be confirmed`;
  }
  return null;
};

const isForPerson = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'deep_reorg' || error.code === 'finality_conflict');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Waits, or returns at once when aborted. */
const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
};
