// Webhook endpoints as their page shows them. Types only: bundled pages import this file.
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { WebhookStateName } from './webhooks-types.ts';

/** Times are ISO-8601. */
export interface EndpointView {
  id: string;
  url: string;
  eventTypes: readonly string[];
  enabled: boolean;
  /** When its receiver responded with 410. */
  goneAt: string | null;
  createdAt: string;
}

export interface EndpointDeliveryView {
  id: string;
  endpointId: string;
  eventType: string;
  url: string;
  state: WebhookStateName;
  intentId: string;
  orderId: string | null;
  createdAt: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
}

export interface EndpointsService {
  /** Oldest first. */
  list(storeId: string): Promise<EndpointView[]>;
  /** The newest first. */
  deliveries(storeId: string): Promise<EndpointDeliveryView[]>;
  /** Each throws UserError when the endpoint is gone. */
  setEnabled(visit: DashboardVisit, endpointId: string, enabled: boolean): Promise<void>;
  remove(visit: DashboardVisit, endpointId: string): Promise<void>;
}
