// Webhook endpoints and their deliveries on the wire.
import type { EndpointEventType } from './types.ts';

export interface NewWebhookEndpoint {
  url: string;
  /** At least one. */
  event_types: readonly EndpointEventType[];
  /** Default: true. */
  enabled?: boolean;
  /** What you call it, in the dashboard. */
  description?: string;
}

export interface WebhookEndpointChange extends Partial<NewWebhookEndpoint> {
  /** A renewed secret that waits signs from now on, or never. */
  next_secret?: 'use' | 'discard';
}

export interface WebhookEndpoint {
  /** `whe_…`. `X-API-Key` of what is sent to it. */
  endpoint_id: string;
  url: string;
  event_types: EndpointEventType[];
  enabled: boolean;
  /** When it responded with 410, which stops it. */
  gone_at: string | null;
  created_at: string;
  description: string | null;
  /** When a renewed secret begins to sign. Null: none waits. */
  next_secret_at: string | null;
}

export interface WebhookEndpointWithSecret extends WebhookEndpoint {
  /** Signs what is sent to it. Not shown again. */
  secret: string;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'disabled';

/** An event on its way to a webhook endpoint. */
export interface EndpointDelivery {
  delivery_id: string;
  event_id: string;
  event_type: EndpointEventType | 'webhook.test';
  /** Null for a test event. */
  all_scale_checkout_intent_id: string | null;
  state: DeliveryState;
  attempts: number;
  last_attempt_at: string | null;
  /** HTTP status of the last response. Null: there was none. */
  last_status: number | null;
  last_error: string | null;
  next_attempt_at: string | null;
  created_at: string;
}

export interface EndpointDeliveryFilter {
  state?: DeliveryState;
  limit?: number;
  cursor?: string;
}

export interface EndpointDeliveryPage {
  /** Newest first. */
  deliveries: EndpointDelivery[];
  /** `cursor` of the next page. Null on the last one. */
  next_cursor: string | null;
}
