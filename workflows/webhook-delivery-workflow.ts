// Delivers one webhook event (docs/architecture.md section 8): ten attempts over three days, more on demand, each stored by its
// activity. The receiver's address, key and state are read fresh at each attempt.
import { condition, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WebhookActivities } from '#activities/webhook.ts';
import { redeliver, type WebhookDeliveryInput } from './messages.ts';

const { deliverWebhook } = proxyActivities<WebhookActivities>({
  // 15 s for the receiver, the rest for the database.
  startToCloseTimeout: '40 seconds',
  // A busy server can lose a task between itself and the worker; without beats it would be missed after those 40 s only
  // (decision 0047).
  heartbeatTimeout: '10 seconds',
  // A receiver's failure is an outcome, not an error: what is retried here is our own database being away, or the store
  // having its share of deliveries in flight already (the activity then says when to come back).
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
/** ±20 %, so that events which failed together don't return together. Math.random is deterministic here. */
const jittered = (pause: number): number => Math.round(pause * (0.8 + 0.4 * Math.random()));

/** @returns how it ended: 'delivered', 'failed' or 'disabled' */
export async function webhookDeliveryWorkflow({ eventId }: WebhookDeliveryInput): Promise<string> {
  const { runId } = workflowInfo();
  let asked = false;
  let step = 0;
  let dueAt = Date.now();
  setHandler(redeliver, () => {
    asked = true;
  });

  for (let attempt = 1; ; attempt += 1) {
    let isScheduled = true;
    if (dueAt > Date.now()) {
      setCurrentDetails(`Attempt ${attempt} is due at ${new Date(dueAt).toISOString()}.`);
      isScheduled = !(await condition(() => asked, dueAt - Date.now(), { summary: `Before attempt ${attempt}` }));
    }
    asked = false;
    if (isScheduled) step += 1;
    const pause = SCHEDULE[step];
    // An attempt on demand is extra: the schedule goes on as it was.
    const nextPauseMs = isScheduled ? (pause === undefined ? null : jittered(pause)) : Math.max(dueAt - Date.now(), 0);
    const outcome = await deliverWebhook({ eventId, attemptKey: `${runId}-${attempt}`, nextPauseMs });
    if (outcome.kind !== 'retry') {
      setCurrentDetails(`Ended: ${outcome.kind}.`);
      return outcome.kind;
    }
    dueAt = Date.now() + outcome.pauseMs;
  }
}
