// Invoices: exact sums, numbers, and when reminders are due (decision 0082). Pure: the caller has the clock.
import { addDays, type Day, dayOf } from './local-days.ts';
import { instantOf } from './local-time.ts';
import { type Cents, centsOf, multiply, sum } from './money.ts';
import { firstCharacters } from './text.ts';

/** Overdue is none: it is an open invoice whose due day is over. */
export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void';

export interface InvoiceLineValues {
  description: string;
  quantity: number;
  unitCents: Cents;
}

export const MAX_LINES = 50;
export const MAX_LINE_QUANTITY = 100_000;
export const MAX_REMINDER_DAYS = 60;
/** An order must be above 0.1 coin; the most is the API's. */
export const MIN_INVOICE_CENTS = centsOf(11);
export const MAX_INVOICE_CENTS = centsOf(10_000_000_000_000);

export const lineTotal = ({ quantity, unitCents }: Pick<InvoiceLineValues, 'quantity' | 'unitCents'>): Cents =>
  multiply(unitCents, BigInt(quantity));

/** Exact: whole quantities times whole hundredths. */
export const invoiceTotal = (lines: readonly Pick<InvoiceLineValues, 'quantity' | 'unitCents'>[]): Cents =>
  sum(lines.map(lineTotal));

/** In characters; lines of an invoice are shorter on the checkout than on its own page. */
const ORDER_DESCRIPTION_MAX = 500;

/** What the checkout says of an invoice's order. */
export const invoiceOrderDescription = (lines: readonly Pick<InvoiceLineValues, 'description'>[]): string =>
  firstCharacters(lines.map(({ description }) => description).join(', '), ORDER_DESCRIPTION_MAX);

/** `INV-0007`; numbers above 9999 are longer. */
export const invoiceNumber = (prefix: string, count: number): string => `${prefix}${String(count).padStart(4, '0')}`;

/**
 * What stands before the count: at most 12 letters, digits and . _ - /. It does not end with a digit: then no two counts give the same
 * number, whatever the prefix was before.
 */
export const INVOICE_PREFIX = /^([A-Za-z0-9._/-]{0,11}[A-Za-z._/-])?$/;
/** The highest count that a store can begin at. */
export const MAX_INVOICE_COUNT = 99_999_999;

/** The order id of an invoice's order: `INV-0007/1`. */
export const invoiceOrderId = (number: string, count: number): string => `${number}/${count}`;

/** @param timeZone the store's */
export const isOverdue = (
  { status, dueDay }: { status: InvoiceStatus; dueDay: Day },
  now: Date,
  timeZone: string,
): boolean => status === 'open' && dueDay < dayOf(now.getTime(), timeZone);

export type ReminderKind = 'before' | 'due' | 'after';

export interface ReminderPlan {
  dueDay: Day;
  remindBeforeDays: number | null;
  remindOnDueDay: boolean;
  remindAfterDays: number | null;
}

export interface Reminder {
  kind: ReminderKind;
  at: Date;
}

/** Reminders are sent from this hour of the store's day: no mail at midnight. */
const REMINDER_TIME = '09:00';

/** By the store's clock, also on a day on which the clocks change. */
const reminderTime = (day: Day, timeZone: string): Date => {
  const time = instantOf(`${day}T${REMINDER_TIME}`, timeZone);
  if (!time) throw new Error(`${day} in ${timeZone} has no ${REMINDER_TIME}`);
  return time;
};

/** All reminders of a plan, the earliest first. */
export const remindersOf = (plan: ReminderPlan, timeZone: string): Reminder[] => {
  const { dueDay, remindBeforeDays, remindOnDueDay, remindAfterDays } = plan;
  const on = (kind: ReminderKind, day: Day): Reminder => ({ kind, at: reminderTime(day, timeZone) });
  return [
    ...(remindBeforeDays === null ? [] : [on('before', addDays(dueDay, -remindBeforeDays))]),
    ...(remindOnDueDay ? [on('due', dueDay)] : []),
    ...(remindAfterDays === null ? [] : [on('after', addDays(dueDay, remindAfterDays))]),
  ];
};

/** The timer: the first reminder after `after`; null when none is left. */
export const nextReminder = (plan: ReminderPlan, timeZone: string, after: Date): Date | null =>
  remindersOf(plan, timeZone).find(({ at }) => at.getTime() > after.getTime())?.at ?? null;

/** Which of the reminders says what is true on a day. */
export const reminderOn = (dueDay: Day, today: Day): ReminderKind =>
  today < dueDay ? 'before' : today > dueDay ? 'after' : 'due';

/** The timer of a reminder that is not sent while money of the invoice is on its way or looked at: the next morning. */
export const heldReminder = (timeZone: string, now: Date): Date =>
  reminderTime(addDays(dayOf(now.getTime(), timeZone), 1), timeZone);

/**
 * What to send when a timer has fired: the latest reminder that is due, of those since the invoice was issued. After an outage, and
 * after it was held, it takes the place of the earlier ones: three at once would help nobody. It may have been sent.
 */
export const dueReminder = (plan: ReminderPlan, timeZone: string, issued: Date, now: Date): ReminderKind | null =>
  remindersOf(plan, timeZone).findLast(({ at }) => at.getTime() > issued.getTime() && at.getTime() <= now.getTime())
    ?.kind ?? null;
