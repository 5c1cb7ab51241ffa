// Webhooks as their pages show them. Types only: pages import this.
import type { DashboardVisit } from '#web/access/store-access-types.ts';

export type WebhookStateName = 'pending' | 'delivered' | 'failed' | 'disabled';

export interface WebhookRowView {
  id: string;
  isTest: boolean;
  eventType: string;
  state: WebhookStateName;
  intentId: string | null;
  orderId: string | null;
  /** Times are ISO-8601. */
  createdAt: string;
  nextAttemptAt: string | null;
  attempts: number;
  last: { at: string; status: number | null; error: string | null; ms: number } | null;
}

export interface WebhookPage {
  rows: WebhookRowView[];
  /** Where the next page begins, or null at the end. */
  older: string | null;
  counts: Partial<Record<WebhookStateName, number>>;
  /** What ended without success, tests left out, and the oldest of it; null when there is none. */
  failed: { count: number; oldest: string } | null;
}

export interface WebhookAttemptView {
  at: string;
  url: string;
  ms: number;
  status: number | null;
  error: string | null;
  /** The signature masked. */
  headers: [name: string, value: string][];
  /** First 2 kB of the answer; null when there was none. */
  response: string | null;
}

export interface WebhookView {
  id: string;
  isTest: boolean;
  eventType: string;
  state: WebhookStateName;
  intentId: string | null;
  orderId: string | null;
  createdAt: string;
  deliveredAt: string | null;
  nextAttemptAt: string | null;
  body: string;
  attempts: WebhookAttemptView[];
}

export interface ReceiverView {
  url: string | null;
  /** The receiver answered 410 then; ISO-8601. */
  disabledAt: string | null;
}

export interface WebhooksService {
  receiver(storeId: string): Promise<ReceiverView>;
  list(storeId: string, state: string | null, after: string | null): Promise<WebhookPage>;
  /** Null when the store has no such event. */
  event(storeId: string, eventId: string): Promise<WebhookView | null>;
  /** Each throws UserError. */
  sendTest(visit: DashboardVisit): Promise<string>;
  resend(visit: DashboardVisit, eventId: string): Promise<void>;
  /** @param since a local time of the store's zone as `<input type="datetime-local">` gives it. @returns how many */
  resendFailed(visit: DashboardVisit, since: string): Promise<number>;
  enable(visit: DashboardVisit): Promise<void>;
  /** Where sending again begins unless somebody says otherwise, as such an input takes it: a day ago, or the oldest before it. */
  resendFrom(timeZone: string, oldest: string | null): string;
}
