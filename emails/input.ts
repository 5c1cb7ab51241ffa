// What an e-mail is rendered from: the data that its cause left, and the facts that are read when it is rendered.
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import type { Language } from '#domain/languages.ts';

export interface EmailInput<Kind extends EmailKind = EmailKind> {
  kind: Kind;
  data: EmailData[Kind];
  language: Language;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** Null for what concerns an account. */
  store: EmailStore | null;
  /** For order kinds. */
  order: EmailOrder | null;
}
