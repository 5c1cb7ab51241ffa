// The form of an invoice: its fields as typed, and the values that they mean. Each problem names its field.
import { z } from 'zod';
import type { InvoiceValues } from '#db/invoices/invoices.ts';
import { emailAddressOf } from '#domain/email-address.ts';
import {
  type InvoiceLineValues,
  MAX_INVOICE_CENTS,
  MAX_LINE_QUANTITY,
  MAX_LINES,
  MAX_REMINDER_DAYS,
} from '#domain/invoices.ts';
import { type Day, parseDay } from '#domain/local-days.ts';
import { centsOf } from '#domain/money.ts';
import { characterCount } from '#domain/text.ts';
import { readTypedAmount, typedProblem } from '#domain/typed-amount.ts';
import { checkbox, text } from '#web/access/form-action.ts';
import { centsText, LANGUAGE_LIST, parsePricing, pricingValue } from '../../links/parts/link-form.server.ts';

const LINE_FIELDS = ['description', 'quantity', 'price'] as const;

export const lineField = (at: number, field: (typeof LINE_FIELDS)[number]): string => `line${at}_${field}`;

const lines = Object.fromEntries(
  Array.from({ length: MAX_LINES }, (_, at) => LINE_FIELDS.map((field) => [lineField(at, field), text])).flat(),
);

const fields = {
  customerName: text,
  customerEmail: text,
  customerAddress: text,
  language: text,
  pricing: text,
  dueDay: text,
  memo: text,
  remindBefore: text,
  remindDue: checkbox,
  remindAfter: text,
};

export const invoiceFields = z.object({ do: z.literal('save'), ...lines, ...fields });

type InvoiceForm = z.output<typeof invoiceFields> & Record<string, unknown>;

const EMAIL = z.email();

/** What an invoice's form means, and what is wrong with it by field. */
export const readInvoiceForm = (
  form: InvoiceForm,
): { values: InvoiceValues } | { problems: Record<string, string[]> } => {
  const problems: Record<string, string[]> = {};
  const reject = (field: string, message: string): undefined => {
    problems[field] ??= [message];
  };
  const field = (name: string): string => String(form[name] ?? '').trim();
  const limited = (name: string, max: number): string | null => {
    const typed = field(name);
    if (characterCount(typed) > max) reject(name, `must have at most ${max.toLocaleString('en')} characters`);
    return typed === '' ? null : typed;
  };

  const customerName = limited('customerName', 255) ?? reject('customerName', 'must not be empty') ?? '';
  const typedEmail = limited('customerEmail', 254);
  const customerEmail = typedEmail === null ? null : emailAddressOf(typedEmail);
  if (customerEmail !== null && !EMAIL.safeParse(customerEmail).success) {
    reject('customerEmail', 'must be an e-mail address');
  }
  const customerAddress = limited('customerAddress', 500);
  const memo = limited('memo', 1_000);
  const language =
    LANGUAGE_LIST.find((known) => known === field('language')) ?? reject('language', 'must be one of the list');
  const pricing = parsePricing(field('pricing')) ?? reject('pricing', 'must be one of the list');
  const dueDay: Day | undefined = parseDay(field('dueDay')) ?? reject('dueDay', 'must be a day');
  const days = (name: string): number | null => {
    const typed = field(name);
    if (typed === '') return null;
    const value = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
    if (value < 1 || value > MAX_REMINDER_DAYS)
      reject(name, `must be a whole number of days from 1 to ${MAX_REMINDER_DAYS}`);
    return value;
  };
  const reminders = {
    remindBeforeDays: days('remindBefore'),
    remindOnDueDay: form.remindDue === true,
    remindAfterDays: days('remindAfter'),
  };
  const found = readLines(field, reject);
  if (found.length === 0 && Object.keys(problems).length === 0)
    reject(lineField(0, 'description'), 'must not be empty');
  if (Object.keys(problems).length > 0 || !language || !pricing || !dueDay) return { problems };
  const customer = { customerName, customerEmail, customerAddress };
  return { values: { ...pricing, ...customer, ...reminders, language, memo, dueDay, lines: found } };
};

const PRICE_PROBLEM = 'must be an amount with at most two decimals, such as 12.50';

/** Rows without anything are left out. */
const readLines = (
  field: (name: string) => string,
  reject: (name: string, message: string) => undefined,
): InvoiceLineValues[] => {
  const found: InvoiceLineValues[] = [];
  for (let at = 0; at < MAX_LINES; at += 1) {
    const [description = '', quantity = '', price = ''] = LINE_FIELDS.map((name) => field(lineField(at, name)));
    if (description === '' && price === '' && (quantity === '' || quantity === '1')) continue;
    if (description === '' || characterCount(description) > 200) {
      reject(
        lineField(at, 'description'),
        description === '' ? 'must not be empty' : 'must have at most 200 characters',
      );
    }
    const count = quantity === '' ? 1 : /^\d{1,6}$/.test(quantity) ? Number(quantity) : 0;
    if (count < 1 || count > MAX_LINE_QUANTITY) {
      reject(lineField(at, 'quantity'), `must be a whole number from 1 to ${MAX_LINE_QUANTITY.toLocaleString('en')}`);
    }
    const read = readTypedAmount(price);
    const cents = 'cents' in read && read.cents <= MAX_INVOICE_CENTS ? read.cents : undefined;
    if (cents === undefined) {
      reject(lineField(at, 'price'), 'problem' in read ? typedProblem(read, PRICE_PROBLEM) : PRICE_PROBLEM);
    }
    found.push({ description, quantity: count, unitCents: cents ?? centsOf(0n) });
  }
  return found;
};

/** An invoice's values as its form has them. */
export const invoiceFormValues = (invoice: InvoiceValues): Record<string, string> => ({
  ...({
    customerName: invoice.customerName,
    customerEmail: invoice.customerEmail ?? '',
    customerAddress: invoice.customerAddress ?? '',
    language: invoice.language,
    pricing: pricingValue(invoice),
    dueDay: invoice.dueDay,
    memo: invoice.memo ?? '',
    remindBefore: invoice.remindBeforeDays === null ? '' : String(invoice.remindBeforeDays),
    remindAfter: invoice.remindAfterDays === null ? '' : String(invoice.remindAfterDays),
  } satisfies Record<Exclude<keyof typeof fields, 'remindDue'>, string>),
  // A box that is not ticked has no value.
  ...(invoice.remindOnDueDay ? { remindDue: 'on' } : {}),
  ...Object.fromEntries(
    invoice.lines.flatMap(({ description, quantity, unitCents }, at) => [
      [lineField(at, 'description'), description],
      [lineField(at, 'quantity'), String(quantity)],
      [lineField(at, 'price'), unitCents === 0n ? '0.00' : centsText(unitCents)],
    ]),
  ),
});
