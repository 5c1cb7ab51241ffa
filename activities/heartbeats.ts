// Heartbeats of a running activity. Without them Temporal would notice a dead worker or a lost task only at the activity's time-out
// (decision 0047).
import { asyncLocalStorage } from '@temporalio/activity';

/** At most a third of the heartbeat time-outs in workflows/, so that two late heartbeats do no harm. */
export const HEARTBEAT_MS = 3_000;

/** Sends heartbeats until `work` ends. Outside of a worker it only runs `work`. */
export const withHeartbeats = async <T>(work: () => Promise<T>): Promise<T> => {
  const context = asyncLocalStorage.getStore();
  const beat = setInterval(() => context?.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
};
