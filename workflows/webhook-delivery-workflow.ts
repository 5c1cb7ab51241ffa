// Delivers one webhook event that has no order, or an order of an older release: ten attempts over three days, more on demand.
import { proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WebhookActivities } from '#activities/webhook.ts';
import { redeliver, type WebhookDeliveryInput } from './messages.ts';
import { attemptUntilEnded, OWN_SCHEDULE, WEBHOOK_ACTIVITY } from './webhook-attempts.ts';

const { deliverWebhook } = proxyActivities<WebhookActivities>(WEBHOOK_ACTIVITY);

/** @returns how it ended: 'delivered', 'failed' or 'disabled' */
export async function webhookDeliveryWorkflow({ eventId }: WebhookDeliveryInput): Promise<string> {
  const request = { isOpen: false };
  setHandler(redeliver, () => {
    request.isOpen = true;
  });
  const end = await attemptUntilEnded(
    { eventId, attempts: 0, step: 0, dueAt: Date.now() },
    {
      schedule: OWN_SCHEDULE,
      deliver: (input) => deliverWebhook(input),
      runId: workflowInfo().runId,
      onPause: ({ attempts, dueAt }) =>
        setCurrentDetails(`Attempt ${attempts + 1} is due at ${new Date(dueAt).toISOString()}.`),
      request,
    },
  );
  setCurrentDetails(`Ended: ${end}.`);
  return end;
}
