// What a template says, without any form: one frame makes HTML of it, and one writer plain text, so that both say the same.
import type { Language } from '#domain/languages.ts';

export interface Fact {
  label: string;
  value: string;
  /** Where the value leads, as a transaction to its explorer. */
  link?: string | null;
  /** A hash or an address: fixed width, may break anywhere. */
  isCode?: boolean;
}

export interface Table {
  title: string;
  /** The first column is text, the others are figures. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export type Tone = 'plain' | 'ok' | 'warn' | 'bad';

export interface EmailDocument {
  subject: string;
  /** What mailboxes show beside the subject. */
  preview: string;
  /** A word for the state, in its colour; never the only sign of it. */
  mark: { text: string; tone: Tone } | null;
  title: string;
  lead: readonly string[];
  /** The one figure that matters, with what it is compared with. */
  figure: { label?: string; value: string; note: string | null } | null;
  facts: readonly Fact[];
  tables: readonly Table[];
  action: { label: string; url: string } | null;
  notes: readonly string[];
  /** Why this address gets it. */
  reason: string;
  unsubscribe: { label: string; url: string } | null;
}

/** What stands around a document, in HTML and in plain text alike. */
export interface FrameParts {
  language: Language;
  /** Whose e-mail it is: the store, or the platform. */
  sender: string;
  /** The store's picture beside its name: decoration, the name says it all. */
  logoUrl: string | null;
  /** Shown above all: this store takes no real money. */
  testNotice: string | null;
  /** How to reach somebody, with the link that an address in it becomes. */
  support: { message: string; contact: string; url: string | null } | null;
  /** Before the address that the button leads to. */
  linkText: string;
  /** The platform and the host whose links are genuine: the last line of every e-mail. */
  signature: string;
}

/** A document of the members that every template has; the rest is empty. */
export const documentOf = (
  parts: Pick<EmailDocument, 'subject' | 'preview' | 'title' | 'reason'> & Partial<EmailDocument>,
): EmailDocument => ({
  mark: null,
  lead: [],
  figure: null,
  facts: [],
  tables: [],
  action: null,
  notes: [],
  unsubscribe: null,
  ...parts,
});
