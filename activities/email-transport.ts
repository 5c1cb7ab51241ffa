// What a way to send e-mails looks like, and its failures: worth another attempt or not.

export interface EmailAttachment {
  filename: string;
  contentType: string;
  content: Buffer;
}

/** The same at every attempt, to the byte. */
export interface OutgoingEmail {
  /** `eml_…`: idempotency key, and the left half of the Message-ID. */
  id: string;
  /** As `Name <address>`. */
  from: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Beside what the transport sets itself. */
  headers: Record<string, string>;
  attachments: readonly EmailAttachment[];
  createdAt: Date;
}

export interface EmailTransport {
  name: 'resend' | 'smtp' | 'mailbox';
  /** At least this long between two messages of all workers; null: no limit. */
  intervalMs: number | null;
  /** Resolves once the other side has taken the message. Throws SendFailure. */
  send(email: OutgoingEmail): Promise<{ providerId: string | null }>;
  close(): Promise<void>;
}

/** The other side did not take a message. The text may be shown to operators and merchants. */
export class SendFailure extends Error {
  override name = 'SendFailure';
  readonly code = 'email_not_taken';
  /** False: this message will never be taken. */
  readonly isWorthRetrying: boolean;
  /** The pause that was asked for, if any. */
  readonly retryAfterMs: number | null;
  /** The pause is meant for everybody, not for this message. */
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
