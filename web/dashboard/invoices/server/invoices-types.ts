// Invoices in the dashboard. Types only: browsers import them.
import type { InvoiceTab } from '#db/invoices/invoice-list.ts';
import type { InvoiceNumbering } from '#db/invoices/invoice-number.ts';
import type { InvoiceValues } from '#db/invoices/invoices.ts';
import type { PaidOrder } from '#db/invoices/paid-again.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { InvoiceView, Price } from '#web/pay/server/pay-types.ts';
import type { SourcedOrderLine } from '../../links/server/links-types.ts';

export type InvoiceState = 'draft' | InvoiceView['status'];

export interface InvoiceLineItem {
  id: string;
  number: string | null;
  customerName: string;
  state: InvoiceState;
  total: Price;
  dueDay: string;
}

export interface InvoicesView {
  tab: InvoiceTab | null;
  list: InvoiceLineItem[];
  page: number;
  hasMore: boolean;
  overdue: number;
  numbering: InvoiceNumbering;
}

export interface InvoiceDetails extends InvoiceLineItem {
  url: string;
  customerEmail: string | null;
  customerAddress: string | null;
  memo: string | null;
  issuedAt: string | null;
  paidAt: string | null;
  /** ISO-8601; null when no reminder is left. */
  nextReminderAt: string | null;
  lines: InvoiceView['lines'];
  orders: SourcedOrderLine[];
  /** Its open order, when money has arrived for it, with what that is and what is still due where it counts toward the price; else null. */
  arriving: { order: string; part: InvoiceView['part'] } | null;
  /** Orders that paid it again, and were not refunded. */
  paidAgain: PaidOrder[];
  /** Why nobody can pay it (a draft: could pay it) now; null when they can. */
  notPayable: string | null;
  values: Record<string, string>;
}

export interface InvoicesService {
  list(store: { id: string; timeZone: string }, params: URLSearchParams): Promise<InvoicesView>;
  /** Null when the store has no such invoice. */
  find(store: { id: string; timeZone: string }, id: string): Promise<InvoiceDetails | null>;
  /** What a new invoice's form begins with. */
  newValues(store: { timeZone: string; locale: string }): Record<string, string>;
  /** Throws UserError. @returns its id */
  create(visit: DashboardVisit, values: InvoiceValues): Promise<string>;
  /** Throws UserError. */
  update(visit: DashboardVisit, id: string, values: InvoiceValues): Promise<void>;
  remove(visit: DashboardVisit, id: string): Promise<void>;
  issue(visit: DashboardVisit, id: string): Promise<void>;
  sendAgain(visit: DashboardVisit, id: string): Promise<void>;
  /** Prefix and count of the next invoice, as typed. Throws UserError. */
  setNumbering(visit: DashboardVisit, typed: { prefix: string; next: string }): Promise<void>;
  /** Cancels its open order first. Throws UserError. */
  void(visit: DashboardVisit, id: string): Promise<void>;
}
