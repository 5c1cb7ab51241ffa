// What every template gets: the input of its kind, texts in its language, and links to the dashboard.
import type { EmailKind, NotMePath } from '#domain/email-data.ts';
import type { EmailOrder, EmailStore } from '#domain/email-facts.ts';
import type { EmailDocument, Fact } from '../document.ts';
import type { EmailInput } from '../input.ts';
import { type EmailTranslate, emailText } from '../text/text.ts';

export interface Setting<Kind extends EmailKind> extends EmailInput<Kind> {
  t: EmailTranslate;
  /** The URL of a page of this store in the dashboard. */
  dashboard(path: string): string;
}

export type Template<Kind extends EmailKind> = (setting: Setting<Kind>) => EmailDocument;

export const settingOf = <Kind extends EmailKind>(input: EmailInput<Kind>): Setting<Kind> => ({
  ...input,
  t: emailText(input.language),
  dashboard: (path) => `${input.publicUrl}/dashboard/${storeOf(input).id}${path}`,
});

/** Throws when an e-mail about a store was queued without one. */
export const storeOf = ({ kind, store }: Pick<EmailInput, 'kind' | 'store'>): EmailStore => {
  if (!store) throw new Error(`An e-mail ${kind} needs its store`);
  return store;
};

/** Throws when an e-mail about an order was queued without one. */
export const orderOf = ({ kind, order }: Pick<EmailInput, 'kind' | 'order'>): EmailOrder => {
  if (!order) throw new Error(`An e-mail ${kind} needs its order`);
  return order;
};

/** The way to stop the person who did it, where an account did. */
export const notMeOf = (
  { t, publicUrl }: { t: EmailTranslate; publicUrl: string },
  path: NotMePath | undefined,
): Fact[] => (path ? [{ label: t('fact.not_me'), value: t('not_me.do'), link: publicUrl + path }] : []);
