// Sends the rows of the outbox to Temporal (docs/architecture.md section 4). NOTIFY and a slow poll wake it. Many rows are in flight,
// e-mails in a narrow lane of their own. Any number of dispatchers run side by side. A row is retried until Temporal accepts it.
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
import { withOrder } from '#tracing/log-lines.ts';
import { startListener } from './listener.ts';

const IN_FLIGHT = 64;
/** A separate lane, so that a thousand reports do not delay webhooks. */
const EMAILS_IN_FLIGHT = 4;
/** Longer than a call to Temporal may take: healthy dispatchers never process a row twice. */
const LEASE_SECONDS = 30;
const POLL_MS = 1_000;
/** Under load at most one round per interval, so that rows are claimed and marked in batches. */
const ROUND_MS = 25;
/** Accepted rows are marked as done within this time. A crash before it repeats a call, which is safe. */
const MARK_MS = 100;
const PAUSE_MAX_SECONDS = 30;
/** Temporal counts as down after this many failures in a row. */
const DOWN_AFTER = 3;
/** The first pause then; it doubles with each failure. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export interface DispatcherOptions {
  em: Em;
  databaseUrl: string;
  logger: Logger;
  /** Starts or signals a workflow. Throws when Temporal does not accept the call. */
  dispatch: (row: ClaimedDispatch) => Promise<void>;
}

export interface Dispatcher {
  /** Ends after the rows in flight. */
  stop(): Promise<void>;
  /** Rows that Temporal accepted since the start, and failed attempts. */
  readonly counts: Readonly<{ done: number; failed: number }>;
}

export const startDispatcher = ({ em, databaseUrl, logger, dispatch }: DispatcherOptions): Dispatcher => {
  const inFlight = new Set<Promise<void>>();
  let emailsInFlight = 0;
  const finished: string[] = [];
  const counts = { done: 0, failed: 0 };
  const stopping = new AbortController();
  const { signal } = stopping;
  let failuresInRow = 0;
  /** Rounds in a row in which Postgres failed. */
  let failedRounds = 0;
  /** The last round left rows behind. */
  let isBehind = false;
  const alarm = createAlarm();

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
      const pause = pauseSeconds(row.attempts);
      logger.warn({ dispatchId: row.id, kind: row.kind, subjectId: row.subjectId, pause, reason }, 'dispatch failed');
      // If this fails too, the row returns when its lease expires.
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

  /** While Temporal is down, one row per lane is enough to notice its return. */
  const roomNow = (): DispatchRoom =>
    failuresInRow >= DOWN_AFTER
      ? { urgent: Math.max(1 - inFlight.size, 0), emails: Math.max(1 - inFlight.size, 0) }
      : { urgent: Math.max(IN_FLIGHT - inFlight.size + emailsInFlight, 0), emails: EMAILS_IN_FLIGHT - emailsInFlight };

  const launch = (row: ClaimedDispatch, moreEmails: boolean): void => {
    const isEmail = row.kind === 'start_email';
    if (isEmail) emailsInFlight += 1;
    const job: Promise<void> = (row.intent ? withOrder(row.intent, () => work(row)) : work(row)).finally(() => {
      inFlight.delete(job);
      if (isEmail) emailsInFlight -= 1;
      const isFreed = isBehind && inFlight.size <= IN_FLIGHT / 2;
      if (inFlight.size === 0 || isFreed || (moreEmails && emailsInFlight === 0)) alarm.ring();
    });
    inFlight.add(job);
  };

  /** Claims as many rows as there is room for. @returns whether there may be more */
  const round = async (): Promise<boolean> => {
    alarm.reset();
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

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const startedAt = performance.now();
        const more = await round();
        failedRounds = 0;
        if (failuresInRow >= DOWN_AFTER) await pauseAfter(failuresInRow - DOWN_AFTER, signal);
        else if (!more && !signal.aborted) await alarm.sleep(inFlight.size + finished.length > 0 ? MARK_MS : POLL_MS);
        await pause(startedAt + ROUND_MS - performance.now(), signal);
      } catch (error) {
        logger.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'reading the outbox failed; retrying',
        );
        await pauseAfter(failedRounds, signal);
        failedRounds += 1;
      }
    }
    await Promise.all(inFlight);
    await markFinished().catch(() => {});
  };

  const running = run();
  const listener = startListener({ databaseUrl, channel: DISPATCH_CHANNEL, onNotification: alarm.ring, logger });
  return {
    counts,
    async stop() {
      stopping.abort();
      alarm.ring();
      await Promise.all([listener.stop(), running]);
    },
  };
};

/** Ends early when stopped. */
const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {});
};

const pauseAfter = (failures: number, signal: AbortSignal): Promise<void> =>
  pause(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), signal);

const pauseSeconds = (attempts: number): number => Math.min(2 ** Math.min(attempts, 10), PAUSE_MAX_SECONDS);

interface Alarm {
  /** Ends the current sleep, or skips the next one. */
  ring(): void;
  reset(): void;
  sleep(milliseconds: number): Promise<void>;
}

const createAlarm = (): Alarm => {
  let wake: () => void = () => {};
  let isRinging = false;
  return {
    ring() {
      isRinging = true;
      wake();
    },
    reset() {
      isRinging = false;
    },
    async sleep(milliseconds) {
      if (isRinging) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      wake = resolve;
      await promise;
      clearTimeout(timer);
    },
  };
};
