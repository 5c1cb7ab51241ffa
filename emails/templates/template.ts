// What every template gets: the input of its kind, sentences in its language, and the links that it may need.
import type { EmailKind } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import type { EmailDocument } from '../document.ts';
import type { EmailInput } from '../input.ts';
import { type EmailTranslate, emailText } from '../text/text.ts';

export interface Setting<Kind extends EmailKind> extends EmailInput<Kind> {
  t: EmailTranslate;
  /** The page of this store in the dashboard. */
  dashboard(path: string): string;
}

export type Template<Kind extends EmailKind> = (setting: Setting<Kind>) => EmailDocument;

export const settingOf = <Kind extends EmailKind>(input: EmailInput<Kind>): Setting<Kind> => ({
  ...input,
  t: emailText(input.language),
  dashboard: (path) => `${input.publicUrl}/dashboard/${storeOf(input).id}${path}`,
});

/** Throws when a message that concerns a store was queued without one. */
export const storeOf = ({ kind, store }: Pick<EmailInput, 'kind' | 'store'>): EmailStore => {
  if (!store) throw new Error(`An e-mail ${kind} needs its store`);
  return store;
};

/** Throws when a message that concerns an order was queued without one. */
export const orderOf = ({ kind, order }: Pick<EmailInput, 'kind' | 'order'>): EmailOrder => {
  if (!order) throw new Error(`An e-mail ${kind} needs its order`);
  return order;
};
