// Webhook endpoints as their pages show and send them. Types only: bundled pages import this file.
import type { SubmissionResult } from '@conform-to/react';
import type { SecretWaitEnd } from '#db/endpoints/endpoint-secrets.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';

import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { ReceiverAnswer } from '../../settings/server/settings-types.ts';
import type { WebhookAttemptView } from '../../webhooks/server/webhooks-types.ts';

/** Times are ISO-8601. */
export interface ReceiverHealthView {
  lastAt: string;
  /** Null: no response. */
  lastStatus: number | null;
  lastError: string | null;
  failingSince: string | null;
}

export interface EndpointView {
  id: string;
  url: string;
  description: string | null;
  eventTypes: readonly string[];
  enabled: boolean;
  /** When its receiver responded with 410. */
  goneAt: string | null;
  createdAt: string;
  /** When a renewed secret begins to sign; null: none waits. */
  nextSecretAt: string | null;
  /** Null: nothing was sent to this URL. */
  health: ReceiverHealthView | null;
}

export interface EndpointName {
  id: string;
  /** Description and URL. */
  name: string;
}

/** The webhook URL of the settings, which gets what the contract says. */
export interface OrderReceiverView {
  url: string;
  /** When its receiver responded with 410. */
  disabledAt: string | null;
  getsRefunds: boolean;
  health: ReceiverHealthView | null;
}

export interface ReceiversView {
  /** Null: none is set. */
  orders: OrderReceiverView | null;
  /** Oldest first. */
  endpoints: EndpointView[];
}

export interface EndpointDeliveryView {
  id: string;
  endpointId: string;
  eventType: string;
  url: string;
  state: DeliveryState;
  /** Null for a test event. */
  intentId: string | null;
  orderId: string | null;
  createdAt: string;
  attempts: number;
  lastStatus: number | null;
  lastError: string | null;
}

export interface EndpointDeliveryPage {
  rows: EndpointDeliveryView[];
  /** The cursor of the next page; null at the end. */
  older: string | null;
}

export interface OneDeliveryView {
  id: string;
  /** `evt_…`, as in the header. */
  eventId: string;
  isTest: boolean;
  /** Its endpoint was deleted: it is not sent again. */
  isDeleted: boolean;
  eventType: string;
  state: DeliveryState;
  intentId: string | null;
  orderId: string | null;
  createdAt: string;
  nextAttemptAt: string | null;
  /** Empty once it was erased with old personal data. */
  body: string;
  attempts: WebhookAttemptView[];
}

/** A secret, shown once. */
export interface MadeSecret {
  endpointId: string;
  url: string;
  secret: string;
  /** When it begins to sign; null: it does. */
  signsFrom: string | null;
  /** Of a new endpoint. */
  receiver: ReceiverAnswer | null;
}

export type EndpointOutcome<Done> = { done: Done } | { result: SubmissionResult<string[]> };

export interface EndpointsService {
  receivers(storeId: string): Promise<ReceiversView>;
  /** Null when the store has no such endpoint. */
  endpoint(storeId: string, endpointId: string): Promise<EndpointView | null>;
  /** What a list of deliveries can be filtered by: those in use first. */
  names(storeId: string): Promise<EndpointName[]>;
  /** The newest to all endpoints, deleted ones included. */
  newest(storeId: string): Promise<EndpointDeliveryView[]>;
  /** @param endpointId null: all endpoints, deleted ones included */
  deliveries(
    storeId: string,
    endpointId: string | null,
    state: string | null,
    after: string | null,
  ): Promise<EndpointDeliveryPage>;
  delivery(storeId: string, endpointId: string, deliveryId: string): Promise<OneDeliveryView | null>;
  /** Both never throw for wrong input: the outcome names fields and reasons. */
  create(visit: DashboardVisit, form: FormData): Promise<EndpointOutcome<MadeSecret>>;
  change(
    visit: DashboardVisit,
    endpointId: string,
    form: FormData,
  ): Promise<EndpointOutcome<{ receiver: ReceiverAnswer | null }>>;
  /** Each throws UserError, also when the endpoint is gone. */
  setEnabled(visit: DashboardVisit, endpointId: string, enabled: boolean): Promise<void>;
  remove(visit: DashboardVisit, endpointId: string): Promise<void>;
  /** @returns the delivery's id */
  sendTest(visit: DashboardVisit, endpointId: string): Promise<string>;
  redeliver(visit: DashboardVisit, endpointId: string, deliveryId: string): Promise<void>;
  /** @param typedHours as the form has it: 0, 1, 24 or 72 */
  renew(visit: DashboardVisit, endpointId: string, typedHours: string): Promise<MadeSecret>;
  endSecretWait(visit: DashboardVisit, endpointId: string, end: SecretWaitEnd): Promise<void>;
}
