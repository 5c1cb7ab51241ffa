// The attempts at one e-mail. They are retries of one activity, so a message that takes days needs no more history than one that is
// sent at once.
import { ActivityFailure, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { EmailActivities, EmailOutcome } from '#activities/email.ts';

const SEND = {
  // RFC 5321 section 4.5.3.2.6: a client that hangs up early makes the server send twice, so wait for a slow reply. Heartbeats
  // notice a dead worker meanwhile.
  startToCloseTimeout: '6 minutes',
  heartbeatTimeout: '15 seconds',
  // Longer than most outages. If the provider names a pause, the activity asks Temporal for it.
  scheduleToCloseTimeout: '4 days',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '2 hours' },
} as const;

const GIVE_UP = {
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;

/** @param options of both activities: their queue, summary and priority */
export const sendUntilEnded = async (
  messageId: string,
  options: Pick<ActivityOptions, 'taskQueue' | 'summary' | 'priority'> = {},
): Promise<EmailOutcome> => {
  const { sendEmail } = proxyActivities<EmailActivities>({ ...SEND, ...options });
  const { giveUpEmail } = proxyActivities<EmailActivities>({ ...GIVE_UP, ...options });
  try {
    return await sendEmail(messageId);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return await giveUpEmail(messageId);
  }
};
