// A watcher's ledger in memory: what it was told, in transactions.
import type { WatchLedger } from '#chain/watch-ledger.ts';
import type { IntentId } from '#domain/ids.ts';
import { unitsOf } from '#domain/money.ts';
import { type BlockPoint, transferKey, type WatchPosition, type WatchStep } from '#domain/observed-blocks.ts';
import { DEPOSIT, type MadeUpChain } from './made-up-chain.ts';

type Transfer = WatchStep['transfers'][number];

export interface MemoryLedger {
  /** As the watcher sees it. */
  port: WatchLedger;
  position: WatchPosition;
  trouble: string | null;
  /** Those that were committed. */
  steps: WatchStep[];
  transfers: Map<string, Transfer>;
  /** Transfers that were written, each time. */
  written: number;
  /** The next commit fails, before or after it has written. */
  failNext: 'before' | 'after' | null;
  /** Blocks of the chain, as if they had been read before. */
  remember(chain: MadeUpChain, from: number, to: number): void;
}

/** Its cursors are at block 0. */
export const createMemoryLedger = (chain: MadeUpChain): MemoryLedger => {
  const blocks = new Map<bigint, BlockPoint>();
  const none = async (): Promise<void> => {};
  const ledger: MemoryLedger = {
    position: { cursor: chain.point(0), finalNumber: 0n },
    trouble: null,
    steps: [],
    transfers: new Map(),
    written: 0,
    failNext: null,
    remember(of, from, to) {
      for (let number = from; number <= to; number += 1) blocks.set(BigInt(number), of.point(number));
    },
    port: {
      position: async () => ledger.position,
      begin: none,
      acquireLease: async () => 1n,
      renewLease: none,
      releaseLease: none,
      async setTrouble(_chain, _token, message) {
        ledger.trouble = message;
      },
      depositsAmong: async (_chain, addresses) =>
        new Map(
          addresses
            .filter((address) => address === DEPOSIT)
            .map((address) => [
              address,
              { intentId: 'one' as IntentId, storeMinimumBlocks: null, priceUnits: unitsOf(10n ** 18n) },
            ]),
        ),
      blocksDownFrom: async (_chain, number, limit) =>
        [...blocks.values()]
          .filter((block) => block.number <= number)
          .sort((a, b) => Number(b.number - a.number))
          .slice(0, limit),
      liveTransfers: async (_chain, from, to) =>
        [...ledger.transfers.values()].filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to),
      rechecks: async () => [],
      finishRecheck: none,
      postponeRecheck: none,
      rejectedTokens: async () => [],
      saveTokenChecks: async () => new Map(),
      async commit(step) {
        const fails = ledger.failNext;
        ledger.failNext = null;
        if (fails === 'before') throw new Error('the connection was lost');
        ledger.steps.push(step);
        for (const block of step.blocks) blocks.set(block.number, block);
        for (const transfer of step.transfers) {
          const key = transferKey(transfer);
          if (!ledger.transfers.has(key)) ledger.written += 1;
          ledger.transfers.set(key, transfer);
        }
        const { cursor, finalNumber } = ledger.position;
        ledger.position = { cursor: step.cursor ?? cursor, finalNumber: step.finalNumber ?? finalNumber };
        if (fails === 'after') throw new Error('the connection was lost');
        return { isTagAwaited: false, transfers: [], unvouched: [] };
      },
    },
  };
  return ledger;
};
