// While a step of a catch-up is written, the next one is read: provider and database work at the same time.
import { type BlocksRead, type Reading, readNext, TIP_BLOCKS } from './watch-read.ts';
import type { WatchSession } from './watch-session.ts';

/** Begins to read what follows, if that is far below finality. */
export const readAhead = ({ deps, state }: WatchSession, { cursor, heights, tags, orphanAbove }: BlocksRead): void => {
  if (orphanAbove !== null || heights.finalized === null || cursor.number + TIP_BLOCKS > heights.finalized) return;
  const { isTagAwaited, position } = state;
  const look = { cursor, finalNumber: position.finalNumber, tags, isTagAwaited, allowRollback: false };
  const reading = deps.pool.use((provider) => readNext(deps, provider, look));
  // Its failure is thrown where it is taken. When it is not taken, it does not matter.
  reading.catch(() => {});
  state.ahead = { after: cursor.hash, reading };
};

/**
 * What was read ahead, if the watcher is there now and the chain only grew. Undefined: read again; a reorganisation is judged by what
 * is committed. Throws as `readNext`.
 */
export const takeReadAhead = async ({ state }: WatchSession): Promise<Reading | undefined> => {
  const { ahead, position } = state;
  state.ahead = undefined;
  if (ahead?.after !== position.cursor.hash) return undefined;
  const reading = await ahead.reading;
  return reading.kind === 'blocks' && reading.orphanAbove === null ? reading : undefined;
};
