// Webhooks as their pages show them. Types only: bundled pages import this file.
import type { DeliveryState } from '#domain/webhook-response.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';

export interface WebhookRowView {
  id: string;
  isTest: boolean;
  eventType: string;
  state: DeliveryState;
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
  /** The cursor of the next page; null at the end. */
  older: string | null;
  counts: Partial<Record<DeliveryState, number>>;
  /** Events that ended without success, without test events; null when there are none. */
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
  /** First 2 kB of the response body; null when there was no response. */
  response: string | null;
}

export interface WebhookView {
  id: string;
  isTest: boolean;
  eventType: string;
  state: DeliveryState;
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
  /** When the receiver responded with 410; ISO-8601. */
  disabledAt: string | null;
}

export interface WebhooksService {
  receiver(storeId: string): Promise<ReceiverView>;
  list(storeId: string, state: DeliveryState | null, after: string | null): Promise<WebhookPage>;
  /** Null when the store has no such event. */
  event(storeId: string, eventId: string): Promise<WebhookView | null>;
  /** Each throws UserError. */
  sendTest(visit: DashboardVisit): Promise<string>;
  resend(visit: DashboardVisit, eventId: string): Promise<void>;
  /** @param since a local time of the store's zone as `<input type="datetime-local">` gives it. @returns how many events */
  resendFailed(visit: DashboardVisit, since: string): Promise<number>;
  enable(visit: DashboardVisit): Promise<void>;
  /** The default start for sending again, as such an input takes it: a day ago, or the oldest failed event when it is older. */
  resendFrom(timeZone: string, oldest: string | null): string;
}
