// Invoices, their lines, and the sequence of a store's numbers (decision 0082).
import { defineEntity, p } from '@mikro-orm/core';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { InvoiceStatus } from '#domain/invoices.ts';
import type { Language } from '#domain/languages.ts';
import type { Day } from '#domain/local-days.ts';
import type { Cents } from '#domain/money.ts';
import { Store } from './store.entity.ts';

export const InvoiceSchema = defineEntity({
  name: 'Invoice',
  tableName: 'invoice',
  properties: {
    /** `inv_…` */
    id: p.text().primary(),
    store: () => p.manyToOne(Store),
    /** 32 random hex digits of its public URL. */
    token: p.text().unique(),
    status: p.text().$type<InvoiceStatus>().default('draft'),
    /** Given when it is issued; null for a draft. */
    number: p.text().nullable(),
    currency: p.smallint().$type<CurrencyId>().nullable(),
    stableCoin: p.smallint().$type<CoinId>().nullable(),
    language: p.text().$type<Language>(),
    customerName: p.text(),
    customerEmail: p.text().nullable(),
    /** Lines of a postal address. */
    customerAddress: p.text().nullable(),
    memo: p.text().nullable(),
    /** A day in the store's time zone. */
    dueDay: p.text().$type<Day>(),
    /** Days before and after the due day on which a reminder is sent; null for none. */
    remindBeforeDays: p.smallint().nullable(),
    remindOnDueDay: p.boolean().default(false),
    remindAfterDays: p.smallint().nullable(),
    /** The timer of the next reminder; null when none is left. */
    nextReminderAt: p.datetime().nullable(),
    /** The number of the last order, for its order id. */
    orderCount: p.integer().default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
    issuedAt: p.datetime().nullable(),
    paidAt: p.datetime().nullable(),
    voidedAt: p.datetime().nullable(),
    /** When what is about its customer was erased. */
    erasedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'invoice_status_check', expression: "status in ('draft', 'open', 'paid', 'void')" },
    { name: 'invoice_token_check', expression: "token ~ '^[0-9a-f]{32}$'" },
    { name: 'invoice_pricing_check', expression: '(currency is null) <> (stable_coin is null)' },
    {
      name: 'invoice_number_check',
      expression: "(status = 'draft') = (number is null) and (number is null) = (issued_at is null)",
    },
    { name: 'invoice_paid_check', expression: "(status = 'paid') = (paid_at is not null)" },
    { name: 'invoice_reminder_check', expression: "next_reminder_at is null or status = 'open'" },
  ],
  uniques: [{ name: 'invoice_number_unique', properties: ['store', 'number'] }],
  indexes: [
    { name: 'invoice_store_index', properties: ['store', 'status', 'createdAt'] },
    {
      name: 'invoice_reminder_index',
      expression:
        'create index "invoice_reminder_index" on "invoice" ("next_reminder_at") where next_reminder_at is not null',
    },
    {
      name: 'invoice_customer_index',
      expression:
        'create index "invoice_customer_index" on "invoice" (lower("customer_email")) where customer_email is not null',
    },
    {
      name: 'invoice_erasable_index',
      expression: `create index "invoice_erasable_index" on "invoice" ("created_at") where status in ('paid', 'void') and erased_at is null`,
    },
  ],
});
export class Invoice extends InvoiceSchema.class {}
InvoiceSchema.setClass(Invoice);

export const InvoiceLineSchema = defineEntity({
  name: 'InvoiceLine',
  tableName: 'invoice_line',
  properties: {
    invoice: () => p.manyToOne(Invoice).primary(),
    position: p.smallint().primary(),
    description: p.text(),
    quantity: p.integer(),
    unitCents: p.bigint().$type<Cents>(),
  },
  checks: [{ name: 'invoice_line_check', expression: 'quantity between 1 and 100000 and unit_cents >= 0' }],
});
export class InvoiceLine extends InvoiceLineSchema.class {}
InvoiceLineSchema.setClass(InvoiceLine);

/** The last number of a store's invoices. Its row is locked until an invoice with a new number is committed. */
export const InvoiceSequenceSchema = defineEntity({
  name: 'InvoiceSequence',
  tableName: 'invoice_sequence',
  properties: {
    store: () => p.oneToOne(Store).primary().owner().updateRule('no action').deleteRule('no action'),
    prefix: p.text().default('INV-'),
    last: p.integer().default(0),
  },
  checks: [{ name: 'invoice_sequence_check', expression: 'last >= 0' }],
});
export class InvoiceSequence extends InvoiceSequenceSchema.class {}
InvoiceSequenceSchema.setClass(InvoiceSequence);
