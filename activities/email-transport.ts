// The interface of a way to send e-mails, and its failures: worth a retry or not.

export interface EmailAttachment {
  filename: string;
  contentType: string;
  content: Buffer;
}

/** The same bytes at every attempt. */
export interface OutgoingEmail {
  /** `eml_…`: idempotency key, and the left part of the Message-ID. */
  id: string;
  /** As `Name <address>`. */
  from: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** In addition to those that the transport sets itself. */
  headers: Record<string, string>;
  attachments: readonly EmailAttachment[];
  createdAt: Date;
}

export interface EmailTransport {
  name: 'resend' | 'smtp' | 'mailbox';
  /** The least time between two messages of all workers. Null: no limit. */
  intervalMs: number | null;
  /** Resolves when the provider has accepted the message. Throws SendFailure. */
  send(email: OutgoingEmail): Promise<{ providerId: string | null }>;
  close(): Promise<void>;
}

/** The provider did not accept a message. The text may be shown to operators and merchants. */
export class SendFailure extends Error {
  override name = 'SendFailure';
  readonly code = 'email_not_taken';
  /** False: this message will never be accepted. */
  readonly isWorthRetrying: boolean;
  /** The pause that the provider requested, if any. */
  readonly retryAfterMs: number | null;
  /** The pause is for all messages, not for this one. */
  readonly holdsAll: boolean;

  constructor(
    message: string,
    how: { isWorthRetrying: boolean; retryAfterMs?: number | null; holdsAll?: boolean },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.isWorthRetrying = how.isWorthRetrying;
    this.retryAfterMs = how.retryAfterMs ?? null;
    this.holdsAll = how.holdsAll ?? false;
  }
}
