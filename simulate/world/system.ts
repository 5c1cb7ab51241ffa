// The product, driven step by step: the same functions that web, worker and watchers call, without Temporal and without waiting.

import { Wallet } from 'ethers';
import { createIntentActivities } from '#activities/intent.ts';
import { createGasMemory } from '#chain/gas-market.ts';
import { relayStep } from '#chain/relayer.ts';
import { defaultRelayerOptions, lineOf } from '#chain/relayer-context.ts';
import { createPoolOf, type RpcPool } from '#chain/rpc-pool.ts';
import { createTransferScanner } from '#chain/transfer-scan.ts';
import { initialState, mustHavePosition, type WatchSession } from '#chain/watch-session.ts';
import { beginWatch, watchStep } from '#chain/watcher.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import type { Address } from '#domain/address.ts';
import type { Chain } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { isTerminal } from '#domain/status.ts';
import type { SimNode } from '../chain/node.ts';
import type { SimDatabase } from './database.ts';

const HOUR_MS = 3_600_000;
const LEASE_MS = 1_000 * 24 * HOUR_MS;
/** As in the workflow: watchers need a moment after the deadline. */
const DEADLINE_GRACE_MS = 5_000;
/** Blocks that a chain has when a run begins: the watcher reads them, and no reorganisation goes below. */
export const EARLIER_BLOCKS = 24;
const QUIET = { info() {}, warn() {}, error() {} };
const RELAYER_KEY = `0x${'5e'.repeat(32)}`;

export interface Watching {
  session: WatchSession;
  pool: RpcPool;
}

/** Begins to watch a chain, as the only holder of its lease. */
export const startWatching = async (
  { orm }: SimDatabase,
  chain: Chain,
  nodes: readonly SimNode[],
): Promise<Watching> => {
  const pool = createPoolOf(chain.id, nodes, { requests: 0, calls: 0, byMethod: {} });
  const ledger = createWatchLedger(orm.em);
  await beginWatch(chain, pool, ledger, EARLIER_BLOCKS * chain.blockSeconds * 1000);
  const leaseToken = await ledger.acquireLease(chain.id, 'simulator', LEASE_MS);
  if (leaseToken === undefined) throw new Error(`The lease of chain ${chain.id} is taken`);
  const state = initialState(await mustHavePosition(ledger, chain.id), []);
  const deps = { chain, pool, ledger, scanner: createTransferScanner(chain) };
  return {
    pool,
    session: {
      deps,
      log: QUIET,
      leaseToken,
      leaseMs: LEASE_MS,
      twoProvidersFrom: chain.twoProvidersFrom,
      state,
      heads: undefined,
    },
  };
};

export const watch = async ({ session }: Watching): Promise<void> => {
  await watchStep(session);
};

export interface Relaying {
  step(): Promise<void>;
}

export const startRelaying = async ({ orm }: SimDatabase, chain: Chain, pool: RpcPool): Promise<Relaying> => {
  const ledger = createSettlementLedger(orm.em);
  const wallet = new Wallet(RELAYER_KEY);
  const relayer = wallet.address as Address;
  const options = { ...defaultRelayerOptions(chain), retry: { baseMs: 1_000, attemptsUntilTrouble: 1_000 } };
  const lease = await ledger.acquireLease(chain.id, relayer, 'simulator', LEASE_MS);
  if (!lease) throw new Error(`The relayer's lease of chain ${chain.id} is taken`);
  const market = createGasMemory({ chainId: chain.id, pool, ledger }, options.pricesKeptMs);
  const line = lineOf({ chain, pool, ledger, wallet, relayer, options, market }, lease);
  // What fails is kept by the line as trouble, and tried again.
  return { step: () => relayStep([line]) };
};

/** The workflows of all orders: signals from the outbox, timers, and one reading of the ledger for each. */
export interface Workflows {
  /** @param leave every `leave`-th signal stays in the outbox; 0: none. @returns orders whose workflow was run */
  run(leave: number): Promise<string[]>;
  cancel(intentId: IntentId): Promise<boolean>;
  /** Why workflows failed: none may. */
  readonly failures: string[];
}

export const startWorkflows = ({ orm, rows }: SimDatabase, deniedPayers: readonly Address[]): Workflows => {
  const activities = createIntentActivities({ em: orm.em, screening: createStaticScreening(deniedPayers) });
  /** When each open workflow wakes by itself; null: by a signal only. */
  const clocks = new Map<IntentId, number | null>();
  const failures: string[] = [];

  const look = async (intentId: IntentId): Promise<void> => {
    try {
      const { status, wakeAt } = await activities.lookAndWrite(intentId);
      if (isTerminal(status)) clocks.delete(intentId);
      else clocks.set(intentId, wakeAt === null ? null : wakeAt + DEADLINE_GRACE_MS);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    failures,
    async run(leave) {
      const taken = await rows<{ kind: string; subject: IntentId; wakes: number }>(
        `with waiting as (select id, row_number() over (order by id) as place from dispatch
           where kind in ('start_intent', 'signal_intent')),
         taken as (delete from dispatch d using waiting w
           where d.id = w.id and ($1 = 0 or w.place % $1 <> 0) returning d.id, d.kind, d.subject_id as subject)
         select kind, subject, (select extract(epoch from expires_at) * 1000 from checkout_intent i where i.id = subject) as wakes
         from taken order by id`,
        [leave],
      );
      for (const { kind, subject, wakes } of taken) {
        if (kind === 'start_intent' && !clocks.has(subject)) clocks.set(subject, Number(wakes) + DEADLINE_GRACE_MS);
      }
      const signalled = taken.filter(({ kind }) => kind === 'signal_intent').map(({ subject }) => subject);
      const due = [...clocks].filter(([, at]) => at !== null && at <= Date.now()).map(([id]) => id);
      const woken = [...new Set([...signalled, ...due])];
      for (const id of woken) await look(id);
      return woken;
    },
    async cancel(intentId) {
      const { canceled } = await activities.cancelIntent(intentId);
      if (canceled) await look(intentId);
      return canceled;
    },
  };
};
