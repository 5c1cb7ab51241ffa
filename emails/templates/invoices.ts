// E-mails about an invoice, to its customer: the invoice itself, and reminders.
import { coinBySymbol } from '#domain/coins.ts';
import type { InvoicePrice } from '#domain/email-data.ts';
import type { Language } from '#domain/languages.ts';
import type { EmailDocument } from '../document.ts';
import { documentOf } from '../document.ts';
import { formatCoins, formatCount, formatDay, formatFiat, oneLine } from '../format.ts';
import { type Setting, storeOf, type Template } from './template.ts';

const priceText = (language: Language, { amount, unit }: InvoicePrice): string => {
  if ('fiat' in unit) return formatFiat(language, { amount, currency: unit.fiat });
  const coin = coinBySymbol(unit.coin);
  return coin === undefined ? `${amount} ${unit.coin}` : formatCoins(language, amount, coin);
};

type InvoiceSetting = Setting<'invoice_sent'> | Setting<'invoice_reminder'>;

const invoiceDocument = (
  setting: InvoiceSetting,
  head: Pick<EmailDocument, 'subject' | 'preview' | 'mark' | 'lead'>,
): EmailDocument => {
  const { t, language, data } = setting;
  const store = storeOf(setting);
  return documentOf({
    ...head,
    subject: oneLine(head.subject),
    title: t('invoice.title', { number: data.number }),
    figure: data.part
      ? { value: priceText(language, data.part.due), note: t('invoice.still_due') }
      : { value: priceText(language, data.total), note: null },
    facts: [
      ...(data.part
        ? [
            { label: t('invoice.total'), value: priceText(language, data.total) },
            { label: t('invoice.received'), value: priceText(language, data.part.received) },
          ]
        : []),
      { label: t('invoice.for'), value: data.customerName },
      { label: t('invoice.due'), value: formatDay(language, data.dueDay) },
      ...(data.memo === null ? [] : [{ label: t('invoice.memo'), value: data.memo }]),
    ],
    tables: [
      {
        title: t('invoice.lines'),
        columns: [t('invoice.item'), t('invoice.quantity'), t('invoice.amount')],
        rows: data.lines.map(({ description, quantity, total }) => [
          description,
          formatCount(language, quantity),
          priceText(language, total),
        ]),
      },
    ],
    action: { label: t('invoice.open'), url: data.link },
    reason: t('reason.invoice', { store: store.name }),
  });
};

export const invoiceSent: Template<'invoice_sent'> = (setting) => {
  const { t, language, data } = setting;
  const { name: store } = storeOf(setting);
  const due = formatDay(language, data.dueDay);
  return invoiceDocument(setting, {
    subject: t('invoice.subject', {
      number: data.number,
      store,
      amount: priceText(language, data.part?.due ?? data.total),
    }),
    preview: t('invoice.preview', { due }),
    mark: { text: t('invoice.mark'), tone: 'plain' },
    lead: [t('invoice.lead', { store, due }), t('invoice.how')],
  });
};

export const invoiceReminder: Template<'invoice_reminder'> = (setting) => {
  const { t, language, data } = setting;
  const values = { number: data.number, store: storeOf(setting).name, due: formatDay(language, data.dueDay) };
  const when = data.reminder ?? 'before';
  return invoiceDocument(setting, {
    subject: t(`reminder.${when}.subject`, values),
    preview: t('invoice.preview', values),
    mark: { text: t('reminder.mark'), tone: when === 'after' ? 'warn' : 'plain' },
    lead: [t(`reminder.${when}.lead`, values), t('reminder.paid')],
  });
};
