// Empties the outbox into Temporal (docs/architecture.md section 4): woken by NOTIFY and a slow poll, many rows in flight, e-mails in a
// narrow lane of their own, any number of dispatchers beside one another. While Temporal is down it asks with one row of each lane at
// a time; nothing is lost, nothing given up.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  type ClaimedDispatch,
  claimDispatch,
  DISPATCH_CHANNEL,
  type DispatchRoom,
  finishDispatch,
  postponeDispatch,
} from '#db/dispatch/outbox.ts';
import type { Em } from '#db/orm.ts';
import { startListener } from './listener.ts';

const IN_FLIGHT = 64;
/** E-mails beside them: a thousand reports at once reach Temporal slowly enough for webhooks to be started between them. */
const EMAILS_IN_FLIGHT = 4;
/** Longer than a call to Temporal may take, so that a row is never worked on twice by healthy dispatchers. */
const LEASE_SECONDS = 30;
const POLL_MS = 1_000;
/** Under load, rows are claimed and marked together: one round in this time, the first at once. */
const ROUND_MS = 25;
/** Rows that Temporal took are marked within this, while others are in flight: a crash before it repeats a call, which is safe. */
const MARK_MS = 100;
const PAUSE_MAX_SECONDS = 30;
/** After failures in a row Temporal counts as down. */
const DOWN_AFTER = 3;
const DOWN_PAUSE_MS = 1_000;

export interface DispatcherOptions {
  em: Em;
  databaseUrl: string;
  logger: Logger;
  /** Starts or signals; throws when Temporal does not take it. */
  dispatch: (row: ClaimedDispatch) => Promise<void>;
}

export interface Dispatcher {
  /** Ends after the rows in flight. */
  stop(): Promise<void>;
  /** Rows that Temporal took since the start, and failures. */
  readonly counts: Readonly<{ done: number; failed: number }>;
}

export const startDispatcher = ({ em, databaseUrl, logger, dispatch }: DispatcherOptions): Dispatcher => {
  const inFlight = new Set<Promise<void>>();
  let emailsInFlight = 0;
  const finished: string[] = [];
  const counts = { done: 0, failed: 0 };
  let stopped = false;
  let failuresInRow = 0;
  let wake: () => void = () => {};
  let nudged = false;
  /** The last round left rows behind. */
  let isBehind = false;
  const nudge = (): void => {
    nudged = true;
    wake();
  };

  const work = async (row: ClaimedDispatch): Promise<void> => {
    try {
      await dispatch(row);
      finished.push(row.id);
      counts.done += 1;
      failuresInRow = 0;
    } catch (error) {
      counts.failed += 1;
      failuresInRow += 1;
      const reason = error instanceof Error ? error.message : String(error);
      const pause = Math.min(2 ** Math.min(row.attempts, 10), PAUSE_MAX_SECONDS);
      logger.warn({ dispatchId: row.id, kind: row.kind, subjectId: row.subjectId, pause, reason }, 'dispatch failed');
      // When this fails too, the lease runs out and the row comes back all the same.
      await postponeDispatch(em, row.id, pause, reason).catch(() => {});
    }
  };

  const markFinished = async (): Promise<void> => {
    const ids = finished.splice(0);
    await finishDispatch(em, ids).catch((error: unknown) => {
      finished.push(...ids);
      throw error;
    });
  };

  /** While Temporal is down, one row asks for all of its lane. */
  const roomNow = (): DispatchRoom =>
    failuresInRow >= DOWN_AFTER
      ? { urgent: Math.max(1 - inFlight.size, 0), emails: Math.max(1 - inFlight.size, 0) }
      : { urgent: Math.max(IN_FLIGHT - inFlight.size + emailsInFlight, 0), emails: EMAILS_IN_FLIGHT - emailsInFlight };

  const launch = (row: ClaimedDispatch, moreEmails: boolean): void => {
    const isEmail = row.kind === 'start_email';
    if (isEmail) emailsInFlight += 1;
    const job: Promise<void> = work(row).finally(() => {
      inFlight.delete(job);
      if (isEmail) emailsInFlight -= 1;
      const isFreed = isBehind && inFlight.size <= IN_FLIGHT / 2;
      if (inFlight.size === 0 || isFreed || (moreEmails && emailsInFlight === 0)) nudge();
    });
    inFlight.add(job);
  };

  /** Claims what there is room for. @returns whether there may be more */
  const round = async (): Promise<boolean> => {
    nudged = false;
    await markFinished();
    const room = roomNow();
    if (room.urgent + room.emails <= 0) return false;
    const rows = await claimDispatch(em, room, LEASE_SECONDS);
    const emails = rows.filter(({ kind }) => kind === 'start_email').length;
    const isFull = { urgent: rows.length - emails === room.urgent, emails: emails === room.emails };
    isBehind = room.urgent > 0 && isFull.urgent;
    for (const row of rows) launch(row, isFull.emails);
    return isBehind && room.urgent > 1;
  };

  const pauseUntilNudged = async (milliseconds: number): Promise<void> => {
    if (nudged || stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    wake = resolve;
    await promise;
    clearTimeout(timer);
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        const startedAt = performance.now();
        const more = await round();
        if (failuresInRow >= DOWN_AFTER) await delay(DOWN_PAUSE_MS);
        else if (!more) await pauseUntilNudged(inFlight.size + finished.length > 0 ? MARK_MS : POLL_MS);
        const rest = startedAt + ROUND_MS - performance.now();
        if (rest > 0 && !stopped) await delay(rest);
      } catch (error) {
        logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the outbox could not be read');
        await delay(DOWN_PAUSE_MS);
      }
    }
    await Promise.all(inFlight);
    await markFinished().catch(() => {});
  };

  const running = run();
  const listener = startListener({ databaseUrl, channel: DISPATCH_CHANNEL, onNotification: nudge, logger });
  return {
    counts,
    async stop() {
      stopped = true;
      nudge();
      await Promise.all([listener.stop(), running]);
    },
  };
};
