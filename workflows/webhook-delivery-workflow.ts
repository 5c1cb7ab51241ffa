// Delivers one webhook event (docs/architecture.md section 8): ten attempts over three days, more on demand, each stored by its
// activity. The receiver's address, key and state are read fresh at each attempt.
import { condition, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WebhookActivities } from '#activities/webhook.ts';
import { redeliver, type WebhookDeliveryInput } from './messages.ts';

const { deliverWebhook } = proxyActivities<WebhookActivities>({
  // 15 s for the receiver, the rest for the database.
  startToCloseTimeout: '40 seconds',
  // A busy server can lose a task on its way to the worker; without heartbeats that would be noticed only after 40 s (decision 0047).
  heartbeatTimeout: '10 seconds',
  // A receiver's failure is an outcome, not an error. Retries are for our own database, and for a store that is at its limit of
  // deliveries in flight (the activity then sets the pause).
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Pauses before each attempt. */
const SCHEDULE = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
/** ±20 %, so that events which failed together are not retried together. Math.random is deterministic in workflows. */
const jittered = (pause: number): number => Math.round(pause * (0.8 + 0.4 * Math.random()));

/** @returns how it ended: 'delivered', 'failed' or 'disabled' */
export async function webhookDeliveryWorkflow({ eventId }: WebhookDeliveryInput): Promise<string> {
  const { runId } = workflowInfo();
  let isRequested = false;
  let step = 0;
  let dueAt = Date.now();
  setHandler(redeliver, () => {
    isRequested = true;
  });

  for (let attempt = 1; ; attempt += 1) {
    let isScheduled = true;
    if (dueAt > Date.now()) {
      setCurrentDetails(`Attempt ${attempt} is due at ${new Date(dueAt).toISOString()}.`);
      isScheduled = !(await condition(() => isRequested, dueAt - Date.now(), { summary: `Before attempt ${attempt}` }));
    }
    isRequested = false;
    if (isScheduled) step += 1;
    const pause = SCHEDULE[step];
    // An attempt on demand is extra: it does not change the schedule.
    const nextPauseMs = isScheduled ? (pause === undefined ? null : jittered(pause)) : Math.max(dueAt - Date.now(), 0);
    const outcome = await deliverWebhook({ eventId, attemptKey: `${runId}-${attempt}`, nextPauseMs });
    if (outcome.kind === 'retry') {
      dueAt = Date.now() + outcome.pauseMs;
      continue;
    }
    // A request that came during the attempt starts the schedule anew: it was signalled to this run, so no other run will serve it.
    if (!isRequested) {
      setCurrentDetails(`Ended: ${outcome.kind}.`);
      return outcome.kind;
    }
    step = 0;
    dueAt = Date.now();
  }
}
