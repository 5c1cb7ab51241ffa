// The attempts at one webhook, with the pauses between them. Each attempt is an activity that stores its outcome and reads the
// receiver's address, key and state fresh.
import { condition } from '@temporalio/workflow';
import type { DeliverInput, DeliverOutcome } from '#activities/webhook.ts';
import type { WebhookPosition } from './messages.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const LATE_PAUSES = [30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const;
/** Pauses before each attempt. Shops respond with 404 or 503 until they know their own order, so several attempts fall in the first minute. */
export const ORDER_SCHEDULE = [0, 5 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE, ...LATE_PAUSES] as const;
/** Of webhooks with a workflow of their own. */
export const OWN_SCHEDULE = [0, 5 * SECOND, 5 * MINUTE, ...LATE_PAUSES] as const;

/** ±20 %, so that events which failed together are not retried together. Math.random is deterministic in workflows. */
const jittered = (pause: number): number => Math.round(pause * (0.8 + 0.4 * Math.random()));

export interface WebhookAttempts {
  schedule: readonly number[];
  /** Makes one attempt. @param number counts from 1 */
  deliver(input: DeliverInput, number: number): Promise<DeliverOutcome>;
  /** Prefix of the attempts' keys: unique for each run. */
  runId: string;
  /** Called when the next attempt has a time. */
  onPause(position: WebhookPosition): void;
  /** A person requested an attempt outside of the schedule. */
  request: { isOpen: boolean };
}

/** How a delivery ended. */
export type WebhookEnd = Exclude<DeliverOutcome['kind'], 'retry'>;

export const attemptUntilEnded = async (
  start: WebhookPosition,
  { schedule, deliver, runId, onPause, request }: WebhookAttempts,
): Promise<WebhookEnd> => {
  const { eventId } = start;
  let { step, dueAt } = start;
  for (let attempt = start.attempts + 1; ; attempt += 1) {
    let isScheduled = true;
    if (dueAt > Date.now()) {
      onPause({ eventId, attempts: attempt - 1, step, dueAt });
      isScheduled = !(await condition(() => request.isOpen, dueAt - Date.now(), {
        summary: `Before attempt ${attempt}`,
      }));
    }
    request.isOpen = false;
    if (isScheduled) step += 1;
    const pause = schedule[step];
    // An attempt on demand is extra: it does not change the schedule.
    const nextPauseMs = isScheduled ? (pause === undefined ? null : jittered(pause)) : Math.max(dueAt - Date.now(), 0);
    const outcome = await deliver({ eventId, attemptKey: `${runId}-${attempt}`, nextPauseMs }, attempt);
    if (outcome.kind === 'retry') {
      dueAt = Date.now() + outcome.pauseMs;
      continue;
    }
    // A request that came during the attempt starts the schedule anew: it was signalled to this run, so no other run will serve it.
    if (!request.isOpen) return outcome.kind;
    step = 0;
    dueAt = Date.now();
  }
};

export const WEBHOOK_ACTIVITY = {
  // 15 s for the receiver, the rest for the database.
  startToCloseTimeout: '40 seconds',
  // A busy server can lose a task on its way to the worker; without heartbeats that would be noticed only after 40 s (decision 0047).
  heartbeatTimeout: '10 seconds',
  // A receiver's failure is an outcome, not an error. Retries are for our own database, and for a store that is at its limit of
  // deliveries in flight (the activity then sets the pause).
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;
