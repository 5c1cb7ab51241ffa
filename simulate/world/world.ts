// One run's world: two chains with two nodes each, the database, the product's parts, and what really happened.
import { chainById } from '#domain/chains.ts';
import { createChain, type SimChain } from '../chain/chain.ts';
import { createNode, type SimNode } from '../chain/node.ts';
import { DENIED_PAYER } from '../generate.ts';
import type { ChainIndex, History } from '../operations.ts';
import type { SimClock } from './clock.ts';
import type { SimDatabase } from './database.ts';
import { createStore, payerOf, type SimStore } from './orders.ts';
import {
  EARLIER_BLOCKS,
  type Relaying,
  startRelaying,
  startWatching,
  startWorkflows,
  type Watching,
  type Workflows,
} from './system.ts';
import type { Truth } from './truth.ts';

export interface WorldChain {
  sim: SimChain;
  nodes: readonly [SimNode, SimNode];
  watching: Watching;
  relaying: Relaying;
}

export interface World {
  clock: SimClock;
  database: SimDatabase;
  store: SimStore;
  chains: readonly [WorldChain, WorldChain];
  workflows: Workflows;
  truth: Truth;
  seed: number;
  counts: { operations: number; payments: number; reorganisations: number };
  /** Days whose figures were read, and must not change: by the day's name. */
  reported: Map<string, string>;
  /** What was wrong at once, such as a repeated create with another response. */
  faults: string[];
}

/** Sets the clocks forward. */
export const passTime = async ({ clock, database }: Pick<World, 'clock' | 'database'>, ms: number): Promise<void> => {
  clock.advance(ms);
  await database.setTime(clock.now());
};

const createWorldChain = async (
  database: SimDatabase,
  chainId: number,
  { seed, startAt }: History,
): Promise<WorldChain> => {
  const chain = chainById(chainId);
  const sim = createChain(chain, String(seed), startAt - 3_600_000);
  sim.mine(EARLIER_BLOCKS, startAt - 60_000);
  const nodes = [createNode(sim, 'node 1'), createNode(sim, 'node 2')] as const;
  const watching = await startWatching(database, chain, nodes);
  return { sim, nodes, watching, relaying: await startRelaying(database, chain, watching.pool) };
};

export const createWorld = async (history: History, clock: SimClock, database: SimDatabase): Promise<World> => {
  clock.start(history.startAt);
  await database.setTime(history.startAt);
  await database.empty();
  const store = await createStore(database, history.timeZone);
  const [first, second] = history.chainIds;
  const chains = [
    await createWorldChain(database, first, history),
    await createWorldChain(database, second, history),
  ] as const;
  const deniedPayers = [payerOf(DENIED_PAYER)];
  return {
    clock,
    database,
    store,
    chains,
    workflows: startWorkflows(database, deniedPayers),
    seed: history.seed,
    counts: { operations: 0, payments: 0, reorganisations: 0 },
    reported: new Map(),
    faults: [],
    truth: {
      orders: [],
      chains: chains.map(({ sim }) => sim),
      tokens: chains.flatMap(({ sim: { chain } }) => chain.tokens.map((token) => ({ chainId: chain.id, ...token }))),
      deniedPayers,
      prepared: [],
      hidden: new Set(),
      releases: new Set(),
      highest: new Map(),
    },
  };
};

/** Mines, and moves the clock by as long as that takes. */
export const mine = (world: World, index: ChainIndex, blocks: number): void => {
  const { sim } = world.chains[index];
  for (let block = 0; block < blocks; block += 1) {
    world.clock.advance(Math.max(sim.chain.blockSeconds, 1) * 1000);
    sim.mine(1, world.clock.now());
  }
  noteHead(world, sim);
};

export const noteHead = ({ truth }: World, { chain, head }: SimChain): void => {
  truth.highest.set(chain.id, Math.max(truth.highest.get(chain.id) ?? 0, head().number));
};
