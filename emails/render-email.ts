// Renders an e-mail from its kind and data: subject, HTML and plain text. The same input gives the same bytes.
import { render } from '@react-email/render';
import { createElement } from 'react';
import { contactLink } from '#domain/contact-link.ts';
import type { EmailKind } from '#domain/email-data.ts';
import type { EmailStore } from '#domain/email-facts.ts';
import type { EmailDocument, FrameParts } from './document.ts';
import { Frame } from './frame.tsx';
import type { EmailInput } from './input.ts';
import { plainTextOf } from './plain-text.ts';
import {
  accountNotice,
  auditHead,
  emailVerification,
  invitation,
  logInAttempts,
  newDevice,
  passwordReset,
} from './templates/account.ts';
import { operatorAlert } from './templates/alerts.ts';
import { changeCanceled, changeWaits, membershipChanged, teamChanged } from './templates/changes.ts';
import { invoiceReminder, invoiceSent } from './templates/invoices.ts';
import { orderAttention, orderCreated, orderPaid, orderStray, shopperReceipt } from './templates/orders.ts';
import { orderRefunded, orderRefundRemoved, shopperRefund, shopperRefundRemoved } from './templates/refunds.ts';
import { dailyReport, monthlyReport } from './templates/reports.ts';
import { shopperReview } from './templates/reviews.ts';
import {
  networkUnusable,
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
  order_stray: orderStray,
  order_refunded: orderRefunded,
  order_refund_removed: orderRefundRemoved,
  receiver_failing: receiverFailing,
  receiver_disabled: receiverDisabled,
  network_unusable: networkUnusable,
  shopper_receipt: shopperReceipt,
  shopper_refund: shopperRefund,
  shopper_refund_removed: shopperRefundRemoved,
  shopper_review: shopperReview,
  invoice_sent: invoiceSent,
  invoice_reminder: invoiceReminder,
  invitation,
  password_reset: passwordReset,
  email_verification: emailVerification,
  account_notice: accountNotice,
  new_key: newKey,
  new_device: newDevice,
  log_in_attempts: logInAttempts,
  audit_head: auditHead,
  operator_alert: operatorAlert,
  settings_changed: settingsChanged,
  change_waits: changeWaits,
  change_canceled: changeCanceled,
  team_changed: teamChanged,
  membership_changed: membershipChanged,
  store_activated: storeActivated,
  store_suspended: storeSuspended,
  daily_report: dailyReport,
  monthly_report: monthlyReport,
};

/** They name the store's support contact. */
const TO_SHOPPERS: readonly EmailKind[] = ['shopper_receipt', 'shopper_review', 'invoice_sent', 'invoice_reminder'];

const PLATFORM = 'AllScale Checkout';

export type RenderEmail = typeof renderEmail;

export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

/** What an e-mail says, and the frame around it. Throws when the kind lacks its store or order: a bug, not worth a retry. */
export const composeEmail = <Kind extends EmailKind>(
  input: EmailInput<Kind>,
): { document: EmailDocument; frame: FrameParts } => {
  const setting = settingOf(input);
  const template: (from: typeof setting) => EmailDocument = TEMPLATES[input.kind];
  const { t, store, language, publicUrl } = setting;
  const isTest = store?.isTest ?? false;
  const document = template(setting);
  const contact = TO_SHOPPERS.includes(input.kind) ? store?.supportContact : null;
  return {
    document: isTest ? { ...document, subject: `${t('frame.test_subject')} ${document.subject}` } : document,
    frame: {
      language,
      sender: store?.name ?? PLATFORM,
      logoUrl: logoOf(publicUrl, store),
      testNotice: isTest ? t('frame.test') : null,
      support: contact ? { message: t('frame.support'), contact, url: contactLink(contact) } : null,
      linkText: t('frame.link'),
      signature: `${PLATFORM}, ${new URL(publicUrl).host}`,
    },
  };
};

export const renderEmail = async <Kind extends EmailKind>(input: EmailInput<Kind>): Promise<RenderedEmail> => {
  const { document, frame } = composeEmail(input);
  const html = await render(createElement(Frame, { ...frame, document }));
  return { subject: document.subject, html, text: plainTextOf(document, frame) };
};

/** Only a picture on this server: one from elsewhere would tell its owner who reads the e-mail, and when. */
const logoOf = (publicUrl: string, store: EmailStore | null): string | null =>
  store?.logoUrl?.startsWith('/') ? `${publicUrl}${store.logoUrl}` : null;
