// Runs an activity that works until it is canceled, its worker shuts down, or its workflow should continue as new. Sends heartbeats
// while it makes progress.
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { HEARTBEAT_MS } from './heartbeats.ts';

export interface LongRunningOptions {
  /** After this the activity returns, and its workflow starts it again with a short history. */
  runForMs: number;
}

/** Without progress for this long the activity counts as stuck: heartbeats stop, and Temporal starts it elsewhere. */
const STUCK_AFTER_MS = 120_000;

/**
 * The owner of a lease is one run, not one process. After a lost heartbeat one process can have two runs, and with a shared name each
 * would take the lease from the other for ever.
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
