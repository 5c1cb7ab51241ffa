// An activity that works until it is asked to stop: heart beats while it makes progress, and an end in order when it is
// cancelled, when its worker shuts down, or when it has run long enough for its workflow to continue as new.
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { HEARTBEAT_MS } from './heart-beats.ts';

export interface LongRunningOptions {
  /** After this the activity returns, and its workflow starts it again with a short history. */
  runForMs: number;
}

/** No progress for so long means stuck: heart beats stop, and Temporal starts the activity elsewhere. */
const STUCK_AFTER_MS = 120_000;

/**
 * The name of one run in a lease. Not the process's: of two runs in one process, as after a lost heart beat, each would take the
 * lease from the other for ever.
 */
export const leaseOwner = (process: string): string => `${process}:${randomUUID()}`;

/** @param work runs until its signal is aborted; calls `onTick` whenever it makes progress */
export const runUntilStopped = async (
  { runForMs }: LongRunningOptions,
  work: (signal: AbortSignal, onTick: () => void) => Promise<void>,
): Promise<void> => {
  const context = Context.current();
  let progressAt = performance.now();
  const beat = setInterval(() => {
    if (performance.now() - progressAt < STUCK_AFTER_MS) context.heartbeat();
  }, HEARTBEAT_MS);
  try {
    const signal = AbortSignal.any([context.cancellationSignal, AbortSignal.timeout(runForMs)]);
    await work(signal, () => {
      progressAt = performance.now();
    });
  } finally {
    clearInterval(beat);
  }
};
