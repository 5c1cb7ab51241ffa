// Heart beats of an activity while it works, so that Temporal misses it soon when nobody works at it: its worker died, or the task
// was lost on its way to one (decision 0047).
import { asyncLocalStorage } from '@temporalio/activity';

/** A third or less of the heartbeat time-outs in workflows/: two beats may be late before a living activity is missed. */
export const HEARTBEAT_MS = 3_000;

/** Beats until `work` has ended, from the first moment on. Outside of a worker there is nobody to beat for. */
export const whileBeating = async <T>(work: () => Promise<T>): Promise<T> => {
  const context = asyncLocalStorage.getStore();
  const beat = setInterval(() => context?.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
};
