// Delivers one e-mail (docs/architecture.md section 8). The attempts are retries of one activity, so a message that takes days needs no
// more history than one that is sent at once.
import { ActivityFailure, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { EmailActivities } from '#activities/email.ts';
import type { EmailDeliveryInput } from './messages.ts';

const { sendEmail } = proxyActivities<EmailActivities>({
  // RFC 5321 section 4.5.3.2.6: a client that hangs up early makes the server send twice, so wait for a slow reply. Heartbeats
  // notice a dead worker meanwhile.
  startToCloseTimeout: '6 minutes',
  heartbeatTimeout: '15 seconds',
  // Longer than most outages. If the provider names a pause, the activity asks Temporal for it.
  scheduleToCloseTimeout: '4 days',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '2 hours' },
});

const { giveUpEmail } = proxyActivities<EmailActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** @returns how it ended: 'sent' or 'failed' */
export async function emailDeliveryWorkflow({ messageId }: EmailDeliveryInput): Promise<string> {
  const outcome = await attempts(messageId);
  setCurrentDetails(`Ended: ${outcome}.`);
  return outcome;
}

const attempts = async (messageId: string): Promise<string> => {
  try {
    return await sendEmail(messageId);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return await giveUpEmail(messageId);
  }
};
