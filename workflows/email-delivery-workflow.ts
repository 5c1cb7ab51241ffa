// Sends one e-mail that has no order, or an order of an older release (docs/architecture.md section 8).
import { setCurrentDetails } from '@temporalio/workflow';
import { sendUntilEnded } from './email-attempts.ts';
import type { EmailDeliveryInput } from './messages.ts';

/** @returns how it ended: 'sent' or 'failed' */
export async function emailDeliveryWorkflow({ messageId }: EmailDeliveryInput): Promise<string> {
  const outcome = await sendUntilEnded(messageId);
  setCurrentDetails(`Ended: ${outcome}.`);
  return outcome;
}
