// Sends e-mails. An activity is one attempt: rendered once, sent under the message's id, its fate stored.

/** What became of a message. */
export type EmailOutcome = 'sent' | 'failed';

export interface EmailActivities {
  /** One attempt. Throws what is worth another one; a message that can never be sent is an outcome. */
  sendEmail(messageId: string): Promise<EmailOutcome>;
  /** Ends a message whose attempts are used up. */
  giveUpEmail(messageId: string): Promise<EmailOutcome>;
}
