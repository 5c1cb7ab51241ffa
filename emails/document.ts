// The content of an e-mail, without layout. frame.tsx makes HTML from it and plain-text.ts plain text, so both show the same facts.
import type { Language } from '#domain/languages.ts';

export interface Fact {
  label: string;
  value: string;
  /** What the value links to: for a transaction, its page in the block explorer. */
  link?: string | null;
  /** A hash, an address or a URL: fixed width, may break anywhere. */
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
  /** The preview text that mail programs show beside the subject. */
  preview: string;
  /** The state, with its colour. */
  mark: { text: string; tone: Tone } | null;
  title: string;
  lead: readonly string[];
  /** The most important figure, with a comparison. */
  figure: { label?: string; value: string; note: string | null } | null;
  facts: readonly Fact[];
  tables: readonly Table[];
  action: { label: string; url: string } | null;
  notes: readonly string[];
  /** Why this person gets the e-mail. */
  reason: string;
  unsubscribe: { label: string; url: string } | null;
}

/** The parts around a document, in HTML and plain text. */
export interface FrameParts {
  language: Language;
  /** The store's name, or the platform's. */
  sender: string;
  /** The store's logo beside its name. */
  logoUrl: string | null;
  /** Shown at the top for a store that takes no real money. */
  testNotice: string | null;
  /** Whom to ask. The URL is null when the contact is neither an e-mail address nor a URL. */
  support: { message: string; contact: string; url: string | null } | null;
  /** Shown before the URL of the button. */
  linkText: string;
  /** The platform and its host, so that readers can recognise genuine links. The last line of every e-mail. */
  signature: string;
}

/** Makes a document; optional members are empty. */
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
