// While a step of a catch-up is written, the next one is read: provider and database work at the same time.
import type { EarlyStretch } from './finality-pass.ts';
import { beginFinal } from './watch-commit.ts';
import { type BlocksRead, readNext, TIP_BLOCKS } from './watch-read.ts';
import type { StepRead, WatchSession } from './watch-session.ts';

/**
 * Begins to read what follows, if that is far below finality.
 * @param early the second pass that is under way; where it ends at the cursor, the next one begins there, and is read ahead too
 */
export const readAhead = (
  session: WatchSession,
  { cursor, heights, tags, orphanAbove }: BlocksRead,
  early: EarlyStretch | undefined,
): void => {
  const { deps, state } = session;
  if (orphanAbove !== null || heights.finalized === null || cursor.number + TIP_BLOCKS > heights.finalized) return;
  const { isTagAwaited, position } = state;
  const look = { cursor, finalNumber: position.finalNumber, tags, isTagAwaited, allowRollback: false };
  const isLevel = early?.from === position.finalNumber + 1n && early.to === cursor.number;
  const read = async (): Promise<StepRead | undefined> => {
    const reading = await deps.pool.use((provider) => readNext(deps, provider, look));
    if (reading.kind !== 'blocks' || reading.orphanAbove !== null) return undefined;
    return { reading, early: isLevel ? beginFinal(session, reading, cursor.number) : undefined };
  };
  const next = read();
  // Its failure is thrown where it is taken. When it is not taken, it does not matter.
  next.catch(() => {});
  state.ahead = { after: cursor.hash, next };
};

/**
 * What was read ahead, if the watcher is there now and the chain only grew. Undefined: read again; a reorganisation is judged by what
 * is committed. Throws as `readNext`.
 */
export const takeReadAhead = async ({ state }: WatchSession): Promise<StepRead | undefined> => {
  const { ahead, position } = state;
  state.ahead = undefined;
  return ahead?.after === position.cursor.hash ? await ahead.next : undefined;
};
