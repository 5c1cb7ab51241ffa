// Makes an e-mail of its kind and data: subject, HTML and plain text, the same bytes for the same input.
import { render } from '@react-email/render';
import { createElement } from 'react';
import { contactLink } from '#domain/contact-link.ts';
import type { EmailKind } from '#domain/email-data.ts';
import type { EmailStore } from '#domain/email-facts.ts';
import type { EmailDocument, FrameParts } from './document.ts';
import { Frame } from './frame.tsx';
import type { EmailInput } from './input.ts';
import { plainTextOf } from './plain-text.ts';
import { emailVerification, invitation, newDevice, passwordReset } from './templates/account.ts';
import { orderAttention, orderCreated, orderPaid, shopperReceipt } from './templates/orders.ts';
import { dailyReport, monthlyReport } from './templates/reports.ts';
import {
  newKey,
  receiverDisabled,
  receiverFailing,
  settingsChanged,
  storeActivated,
  storeSuspended,
} from './templates/store.ts';
import { settingOf, type Template } from './templates/template.ts';

const TEMPLATES: { [Kind in EmailKind]: Template<Kind> } = {
  order_created: orderCreated,
  order_paid: orderPaid,
  order_attention: orderAttention,
  receiver_failing: receiverFailing,
  receiver_disabled: receiverDisabled,
  shopper_receipt: shopperReceipt,
  invitation,
  password_reset: passwordReset,
  email_verification: emailVerification,
  new_key: newKey,
  new_device: newDevice,
  settings_changed: settingsChanged,
  store_activated: storeActivated,
  store_suspended: storeSuspended,
  daily_report: dailyReport,
  monthly_report: monthlyReport,
};

const PLATFORM = 'AllScale Checkout';

export type RenderEmail = typeof renderEmail;

export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

/** Throws when the data is not what the kind needs: a fault of the program, not of the message's way. */
export const renderEmail = async <Kind extends EmailKind>(input: EmailInput<Kind>): Promise<RenderedEmail> => {
  const setting = settingOf(input);
  const template: (from: typeof setting) => EmailDocument = TEMPLATES[input.kind];
  const { t, store, language, publicUrl } = setting;
  const isTest = store?.isTest ?? false;
  const drawn = template(setting);
  const document = isTest ? { ...drawn, subject: `${t('frame.test_subject')} ${drawn.subject}` } : drawn;
  const contact = input.kind === 'shopper_receipt' ? store?.supportContact : null;
  const frame: FrameParts = {
    language,
    sender: store?.name ?? PLATFORM,
    logoUrl: logoOf(publicUrl, store),
    testNotice: isTest ? t('frame.test') : null,
    support: contact ? { message: t('frame.support'), contact, url: contactLink(contact) } : null,
    linkText: t('frame.link'),
    signature: `${PLATFORM}, ${new URL(publicUrl).host}`,
  };
  const html = await render(createElement(Frame, { ...frame, document }));
  return { subject: document.subject, html, text: plainTextOf(document, frame) };
};

/** Only what this server serves: a picture from elsewhere would tell its owner who reads the e-mail, and when. */
const logoOf = (publicUrl: string, store: EmailStore | null): string | null =>
  store?.logoUrl?.startsWith('/') ? `${publicUrl}${store.logoUrl}` : null;
