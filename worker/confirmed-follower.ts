// Follows confirmed events until their block is final: one way for refunds and settlements. Most stand where they were, which one look at
// the headers of all of them shows; the others are searched for.
import type { Logger } from 'pino';
import {
  type ConfirmedSight,
  readFinalHeights,
  searchConfirmed,
  sightByHeights,
  type WatchedEvent,
} from '#chain/confirmed-events.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import type { Em } from '#db/orm.ts';
import type { EventBlock, EventPlace } from '#domain/chain-events.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';

/** A record of a confirmed event. */
export interface ConfirmedRecord {
  id: string;
  intentId: IntentId;
  block: EventBlock | null;
}

/** What the chain showed of a record that is not where it was. */
export type ConfirmedChange<Event extends EventPlace> = Extract<ConfirmedSight<Event>, { kind: 'moved' | 'removed' }>;

/** How one kind of records is read and written. */
export interface ConfirmedKind<Row extends ConfirmedRecord, Event extends EventPlace> {
  /** In the log. */
  name: 'refund' | 'settlement';
  list(chainId: number): Promise<Row[]>;
  expect(row: Row): Promise<WatchedEvent<Event>>;
  /** Events that other records count. @param lost those that are searched for: what they say of their place is not true any more */
  taken(chainId: number, row: Row, lost: readonly string[]): Promise<ReadonlySet<string>>;
  /** @returns the number of changed records, like the next */
  finish(rows: readonly Row[]): Promise<number>;
  write(row: Row, change: ConfirmedChange<Event>): Promise<boolean>;
}

type FollowerLog = Pick<Logger, 'info' | 'warn'>;

export interface FollowerOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: FollowerLog;
}

export interface Follower {
  /** One pass over every chain. A chain that fails is logged, and left for the next pass. @returns the number of changed rows */
  pass(): Promise<number>;
}

type Named = Pick<ConfirmedRecord, 'id' | 'intentId'>;

/** Reads and writes one record at a time: one that fails is logged, and does not delay the others. */
export const oneByOne = (logger: FollowerLog, name: ConfirmedKind<ConfirmedRecord, EventPlace>['name']) => ({
  read: <Update>(chainId: number, { id, intentId }: Named, reading: Promise<Update | null>): Promise<Update | null> =>
    reading.catch((error: Error) => {
      const about = { intent: intentId, chainId, [name]: id };
      logger.warn({ ...about, reason: error.message }, `a ${name} could not be read; retrying`);
      return null;
    }),

  async write(chainId: number, { id, intentId }: Named, update: string, writing: () => Promise<boolean>) {
    const about = { intent: intentId, chainId, [name]: id, update };
    try {
      const isChanged = await writing();
      if (isChanged && update === 'removed') logger.warn(about, `a reorganisation removed a confirmed ${name}`);
      else if (isChanged) logger.info(about, `${name} updated`);
      return isChanged;
    } catch (error) {
      logger.warn({ ...about, reason: (error as Error).message }, `a ${name} could not be updated; retrying`);
      return false;
    }
  },
});

/** A merchant who is told that money vanished may pay it again: no provider may contradict it. */
const search = async <Event extends EventPlace>(
  chainId: number,
  pool: RpcPool,
  expected: WatchedEvent<Event>,
  taken: ReadonlySet<string>,
): Promise<ConfirmedChange<Event> | null> => {
  const chain = chainById(chainId);
  const { name, sight } = await pool.use(async (provider) => ({
    name: provider.name,
    sight: await searchConfirmed(provider, chain, expected, taken),
  }));
  if (sight.kind === 'moved') return sight;
  if (sight.kind !== 'removed') return null;
  const others = await pool.askAll((provider) => searchConfirmed(provider, chain, expected, taken), { except: name });
  const isDoubted = pool.size > 1 && others.length === 0;
  return isDoubted || others.some(({ response }) => response.kind !== 'removed') ? null : sight;
};

/** One pass over the records of a chain. @returns the number of changed records */
export const followConfirmed = async <Row extends ConfirmedRecord, Event extends EventPlace>(
  logger: FollowerLog,
  kind: ConfirmedKind<Row, Event>,
  chainId: number,
  pool: RpcPool,
): Promise<number> => {
  const { read, write } = oneByOne(logger, kind.name);
  const rows = await kind.list(chainId);
  if (rows.length === 0) return 0;
  const numbers = [...new Set(rows.flatMap(({ block }) => block?.number ?? []))];
  const heights = await pool.use((provider) => readFinalHeights(provider, chainById(chainId), numbers));
  const rowsThat = (wanted: ReturnType<typeof sightByHeights>): Row[] =>
    rows.filter(({ block }) => sightByHeights(block, heights) === wanted);
  const final = rowsThat('final');
  let changed = final.length > 0 ? await kind.finish(final) : 0;
  const lost = new Map(rowsThat('lost').map((row) => [row.id, row]));
  for (const row of [...lost.values()]) {
    const taken = await kind.taken(chainId, row, [...lost.keys()]);
    const searching = kind.expect(row).then((expected) => search(chainId, pool, expected, taken));
    const change = await read(chainId, row, searching);
    if (!change || !(await write(chainId, row, change.kind, () => kind.write(row, change)))) continue;
    lost.delete(row.id);
    changed += 1;
  }
  return changed;
};

/** A pass that takes these steps on every chain. @param name what is followed, in the log */
export const followChains = (
  { pools, logger }: Pick<FollowerOptions, 'pools' | 'logger'>,
  name: string,
  steps: readonly ((chainId: number, pool: RpcPool) => Promise<number>)[],
): Follower => {
  const followChain = async (chainId: number, pool: RpcPool): Promise<number> => {
    let changed = 0;
    for (const step of steps) {
      changed += await step(chainId, pool).catch((error: Error) => {
        logger.warn({ chainId, reason: error.message }, `following ${name} failed; retrying`);
        return 0;
      });
    }
    return changed;
  };
  return {
    async pass() {
      const counts = await Promise.all([...pools].map(([chainId, pool]) => followChain(chainId, pool)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
};
