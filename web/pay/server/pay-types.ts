// What the public pages of payment links and invoices show. Types only: browsers import them. Nothing here names an e-mail address of a
// customer, an id of the store, or a count that is not shown.
import type { InvoicePrice } from '#domain/email-data.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Language } from '#domain/languages.ts';
import type { PublicStore, QrCode } from '#web/checkout/server/view-types.ts';

export type Price = InvoicePrice;

export interface LinkView {
  slug: string;
  store: PublicStore;
  language: Language;
  title: string;
  description: string;
  /** A path of this server. */
  picture: string | null;
  state: 'open' | 'paused' | 'expired' | 'sold_out';
  /** The price of one; null when the shopper names the amount between the bounds. */
  price: Price | null;
  bounds: { min: Price; max: Price } | null;
  /** The most that can be ordered now. */
  most: number;
  /** All of the stock is paid: nothing of it comes back from orders that others leave unpaid. */
  isAllSold: boolean;
  /** Shown when few are left; else null. */
  left: number | null;
  /** ISO-8601. */
  expiresAt: string | null;
  timeZone: string;
}

export interface InvoiceView {
  token: string;
  store: PublicStore;
  language: Language;
  number: string;
  status: 'open' | 'overdue' | 'paid' | 'void';
  customerName: string;
  customerAddress: string | null;
  memo: string | null;
  /** ISO-8601. */
  issuedAt: string;
  timeZone: string;
  dueDay: string;
  lines: { description: string; quantity: number; price: Price; total: Price }[];
  total: Price;
  /** `continue`: an order is open; `rest`: and money has arrived for it; `review`: money of one waits for a person; null: nothing can be paid. */
  payment: 'pay' | 'continue' | 'rest' | 'review' | null;
  /** What its open order has received, and what is still due; null while nothing has arrived. */
  part: { received: Price; due: Price } | null;
  /** It is paid, and more money has arrived, which the store returns or decides on. */
  hasMoreThanDue: boolean;
  /** For paper: where it is paid. Null when it cannot be paid. */
  payAt: { url: string; qr: QrCode } | null;
}

export type PayProblem =
  | 'amount_missing'
  | 'amount_unclear'
  | 'amount_too_small'
  | 'amount_too_large'
  | 'quantity'
  | 'changed'
  | 'too_many_open'
  | 'too_often'
  | 'not_now';

export interface LinkPressRequest {
  slug: string;
  /** As typed. */
  quantity: string;
  amount: string;
  language: Language;
  /** A hash of a subject and the browser's secret. */
  browserHash(subject: string): string;
  clientAddress: string;
}

export type PayOutcome =
  | { kind: 'order'; id: IntentId }
  /** The browser has an open order of this link for another amount. */
  | { kind: 'open'; id: IntentId }
  | { kind: 'problem'; problem: PayProblem; values: Record<string, string> };

export interface PayService {
  /** Null for an unknown and an archived link. @param language what the visitor prefers, or null */
  link(slug: string, language: Language | null): Promise<LinkView | null>;
  pressLink(request: LinkPressRequest): Promise<PayOutcome | null>;
  /** Null for an unknown token and a draft. */
  invoice(token: string, language: Language | null): Promise<InvoiceView | null>;
  pressInvoice(token: string, clientAddress: string): Promise<PayOutcome | null>;
}
