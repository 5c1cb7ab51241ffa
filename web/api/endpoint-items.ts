// What the routes of webhook endpoints share: ids, the caller as an actor, and endpoints and deliveries as JSON.
import { z } from 'zod';
import { testEventOf } from '#db/endpoints/endpoint-actions.ts';
import type { EndpointDeliveryRow } from '#db/endpoints/endpoint-list.ts';
import { waitingSecretAt } from '#db/endpoints/endpoint-secrets.ts';
import type { WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { ApiError } from '#domain/errors.ts';
import type { EndpointEventType } from '#domain/order-events.ts';
import { TEST_EVENT } from '#domain/webhook-body.ts';
import type { Caller } from './context.ts';
import type { deliveriesPayload, endpointPayload } from './endpoint-schemas.ts';

export const endpointParams = z.object({ id: z.string().describe('`endpoint_id`') });

export const endpointNotFound = (): ApiError => new ApiError('notFound', 'This webhook endpoint was not found.');

export const actorOf = ({ key }: Caller): Actor => ({ kind: 'api_key', id: key.apiKeyId, email: null });

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const endpointItem = (endpoint: WebhookEndpoint): z.output<typeof endpointPayload> => ({
  endpoint_id: endpoint.id,
  url: endpoint.url,
  event_types: endpoint.eventTypes,
  enabled: endpoint.enabled,
  gone_at: endpoint.goneAt?.toISOString() ?? null,
  created_at: endpoint.createdAt.toISOString(),
  description: endpoint.description ?? null,
  next_secret_at: iso(waitingSecretAt(endpoint, new Date())),
});

export const deliveryItem = (row: EndpointDeliveryRow): z.output<typeof deliveriesPayload>['deliveries'][number] => ({
  delivery_id: row.id,
  event_id: row.eventId ?? testEventOf(row.id).eventId,
  // The event of a payment has no deliveries to endpoints.
  event_type: (row.eventType as EndpointEventType | null) ?? TEST_EVENT,
  all_scale_checkout_intent_id: row.intentId,
  state: row.state,
  attempts: row.attempts,
  last_attempt_at: iso(row.lastAt),
  last_status: row.lastStatus,
  last_error: row.lastError,
  next_attempt_at: row.state === 'pending' ? iso(row.nextAttemptAt) : null,
  created_at: row.createdAt.toISOString(),
});
