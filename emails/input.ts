// The input of an e-mail: the data that it was queued with, and the facts that are read when it is rendered.
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import type { Language } from '#domain/languages.ts';

export interface EmailInput<Kind extends EmailKind = EmailKind> {
  kind: Kind;
  data: EmailData[Kind];
  language: Language;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** Null for e-mails about an account. */
  store: EmailStore | null;
  /** For order kinds. */
  order: EmailOrder | null;
}
