// Rows of endpoints and their deliveries as the pages show them.
import type { EndpointDeliveryRow } from '#db/endpoints/endpoint-list.ts';
import { waitingSecretAt } from '#db/endpoints/endpoint-secrets.ts';
import type { ReceiverHealth } from '#db/endpoints/receiver-health.ts';
import type { EndpointAttempt, EndpointDelivery, WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import { shorten } from '#domain/order-filter.ts';
import { neutralText } from '#domain/text.ts';
import { TEST_EVENT } from '#domain/webhook-body.ts';
import type {
  EndpointDeliveryView,
  EndpointName,
  EndpointView,
  OneDeliveryView,
  ReceiverHealthView,
} from './endpoints-types.ts';

const iso = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

type HealthBy = ReadonlyMap<string | null, ReceiverHealthView>;

/** By the endpoint's id; null: the webhook URL. */
export const healthBy = (rows: readonly ReceiverHealth[]): HealthBy =>
  new Map(
    rows.map(({ endpointId, lastAt, failingSince, ...last }) => [
      endpointId,
      { ...last, lastAt: lastAt.toISOString(), failingSince: iso(failingSince) },
    ]),
  );

export const endpointView = (endpoint: WebhookEndpoint, health: HealthBy): EndpointView => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description ? neutralText(endpoint.description) : null,
  eventTypes: endpoint.eventTypes,
  enabled: endpoint.enabled,
  goneAt: iso(endpoint.goneAt),
  createdAt: endpoint.createdAt.toISOString(),
  nextSecretAt: iso(waitingSecretAt(endpoint, new Date())),
  health: health.get(endpoint.id) ?? null,
});

export const endpointName = ({ id, url, description, deletedAt }: WebhookEndpoint): EndpointName => ({
  id,
  name: [description && neutralText(description), shorten(url), deletedAt && 'deleted'].filter(Boolean).join(', '),
});

export const deliveryRow = ({
  createdAt,
  orderId,
  eventType,
  id,
  endpointId,
  url,
  state,
  intentId,
  attempts,
  lastStatus,
  lastError,
}: EndpointDeliveryRow): EndpointDeliveryView => ({
  ...{ id, endpointId, url, state, intentId, attempts, lastStatus, lastError },
  eventType: eventType ?? TEST_EVENT,
  orderId: orderId && neutralText(orderId),
  createdAt: createdAt.toISOString(),
});

/** @param test what a test event of this id is */
export const oneDelivery = (
  { id, endpoint, event, intent, state, createdAt, nextAttemptAt }: EndpointDelivery,
  attempts: readonly EndpointAttempt[],
  test: { eventId: string; body: string },
): OneDeliveryView => ({
  id,
  eventId: event?.id ?? test.eventId,
  isTest: !event,
  isDeleted: endpoint.deletedAt != null,
  eventType: event?.eventType ?? TEST_EVENT,
  state,
  intentId: intent?.id ?? null,
  orderId: intent?.orderId ? neutralText(intent.orderId) : null,
  createdAt: createdAt.toISOString(),
  nextAttemptAt: iso(nextAttemptAt),
  body: event?.body ?? test.body,
  attempts: attempts.map(({ startedAt, url, durationMs, responseStatus, error, requestHeaders, responseExcerpt }) => ({
    at: startedAt.toISOString(),
    url,
    ms: durationMs,
    status: responseStatus ?? null,
    error: error ?? null,
    headers: Object.entries(requestHeaders ?? {}),
    response: responseExcerpt ?? null,
  })),
});
