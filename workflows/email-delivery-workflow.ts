// Delivers one e-mail (docs/architecture.md section 8). The attempts are retries of one activity: Temporal keeps their pauses, and a
// message that takes days costs no more history than one that is taken at once.
import { ActivityFailure, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { EmailActivities } from '#activities/email.ts';
import type { EmailDeliveryInput } from './messages.ts';

const { sendEmail } = proxyActivities<EmailActivities>({
  // A mail server may take its time to say that it has the message: RFC 5321 section 4.5.3.2.6 asks to wait, because who hangs
  // up early sends twice. A worker that dies is noticed by its heartbeats.
  startToCloseTimeout: '6 minutes',
  heartbeatTimeout: '15 seconds',
  // Over an outage of four days nothing is lost. A provider that names a pause is obeyed (the activity asks for it).
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
