// The OpenAPI document is public, complete, and matches the server's responses.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZERO_ADDRESS } from '#domain/address.ts';
import { API_ERRORS } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import { centsOf, ZERO } from '#domain/money.ts';
import { NOTICE_EVENTS, type NoticeEventType, noticeBody } from '#domain/order-events.ts';
import {
  confirmedWebhookBody,
  refundWebhookBody,
  testWebhookBody,
  type WebhookEventType,
} from '#domain/webhook-body.ts';
import { newEndpointPayload } from '#web/api/endpoint-schemas.ts';
import { eventsPayload } from '#web/api/event-schemas.ts';
import { listPayload } from '#web/api/list-schemas.ts';
import { paymentsPayload } from '#web/api/payment-schemas.ts';
import {
  createBody,
  createPayload,
  failure,
  intentPayload,
  pingPayload,
  statusPayload,
  success,
} from '#web/api/schemas.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { send } from './signed-client.ts';

let server: ApiServer;
// biome-ignore lint/suspicious/noExplicitAny: a JSON document
let document: any;
beforeAll(async () => {
  server = await startApiServer();
  document = (await send(server.origin, { method: 'GET', target: '/v1/openapi.json' })).json;
});
afterAll(async () => await server.close());

test('is OpenAPI 3.1, needs no signature, and describes each route once', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const routes = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(routes.sort()).toEqual([
    'delete /v1/webhook_endpoints/{id}',
    'get /v1/checkout_intents/{id}',
    'get /v1/checkout_intents/{id}/payments',
    'get /v1/checkout_intents/{id}/refunds',
    'get /v1/checkout_intents/{id}/status',
    'get /v1/events',
    'get /v1/orders',
    'get /v1/test/fail',
    'get /v1/test/ping',
    'get /v1/webhook_endpoints',
    'get /v1/webhook_endpoints/{id}',
    'get /v1/webhook_endpoints/{id}/deliveries',
    'patch /v1/webhook_endpoints/{id}',
    'post /v1/checkout_intents/',
    'post /v1/checkout_intents/{id}/refunds',
    'post /v1/test/post',
    'post /v1/test/simulate',
    'post /v1/webhook_endpoints',
    'post /v1/webhook_endpoints/{id}/redeliver',
    'post /v1/webhook_endpoints/{id}/secret',
    'post /v1/webhook_endpoints/{id}/test',
  ]);
});

test('requires the four signature headers together, as security schemes', () => {
  const schemes = Object.values<{ name: string; in: string }>(document.components.securitySchemes);
  expect(schemes.map(({ name }) => name)).toEqual(['X-API-Key', 'X-Timestamp', 'X-Nonce', 'X-Signature']);
  expect(document.security).toEqual([{ apiKey: [], timestamp: [], nonce: [], signature: [] }]);
});

test('describes every field of Create, with types, nulls and limits', () => {
  const operation = document.paths['/v1/checkout_intents/'].post;
  const schema = operation.requestBody.content['application/json'].schema;
  const fields = [
    'currency',
    'stable_coin',
    'amount_cents',
    'accepted_stable_coins',
    'order_id',
    'order_description',
    'user_id',
    'user_name',
    'redirect_url',
    'extra',
  ];
  expect(Object.keys(schema.properties)).toEqual(fields);
  expect(schema.required).toEqual(['amount_cents']);
  expect(schema.properties.amount_cents).toMatchObject({ type: 'integer' });
  for (const field of fields) expect(schema.properties[field].description, field).toBeTruthy();
  for (const field of fields.filter((name) => name !== 'amount_cents')) {
    expect(JSON.stringify(schema.properties[field]), field).toContain('{"type":"null"}');
  }
  expect(operation.parameters.map(({ name, in: where }: { name: string; in: string }) => [name, where])).toContainEqual(
    ['idempotency-key', 'header'],
  );
});

test('its examples are valid by its own schemas', () => {
  const { post } = document.paths['/v1/checkout_intents/'];
  createBody.parse(post.requestBody.content['application/json'].example);
  const response = (operation: typeof post) => operation.responses['200'].content['application/json'].schema.properties;
  createPayload.parse(response(post).payload.examples[0]);
  intentPayload.parse(response(document.paths['/v1/checkout_intents/{id}'].get).payload.examples[0]);
  listPayload.parse(response(document.paths['/v1/orders'].get).payload.examples[0]);
  newEndpointPayload.parse(response(document.paths['/v1/webhook_endpoints'].post).payload.examples[0]);
  eventsPayload.parse(response(document.paths['/v1/events'].get).payload.examples[0]);
  paymentsPayload.parse(response(document.paths['/v1/checkout_intents/{id}/payments'].get).payload.examples[0]);
});

test('every route documents every kind of failure', () => {
  for (const [path, methods] of Object.entries<object>(document.paths)) {
    for (const [method, operation] of Object.entries<{ responses: Record<string, { description: string }> }>(
      methods as never,
    )) {
      const text = Object.values(operation.responses)
        .map(({ description }) => description)
        .join(' ');
      for (const { code } of Object.values(API_ERRORS)) expect(text, `${method} ${path}`).toContain(String(code));
    }
  }
});

describe('responses match the schemas', () => {
  test('success', async () => {
    const create = await server.store.post('/v1/checkout_intents/', {
      currency: 1,
      amount_cents: 500,
      extra: { a: [1] },
    });
    const id = create.json.payload.allscale_checkout_intent_id;
    success(createPayload).parse(create.json);
    success(intentPayload).parse((await server.store.get(`/v1/checkout_intents/${id}`)).json);
    success(statusPayload).parse((await server.store.get(`/v1/checkout_intents/${id}/status`)).json);
    success(pingPayload).parse((await server.store.get('/v1/test/ping')).json);
  });

  test('failure', async () => {
    const targets = ['/v1/test/fail', '/v1/nope', '/v1/checkout_intents/x'];
    for (const target of targets) failure.parse((await server.store.get(target)).json);
  });
});

test('describes every member of every webhook as they are sent', () => {
  const payment = {
    intentId: '0'.repeat(24) as IntentId,
    amountCents: centsOf(1250n),
    currency: null,
    amountUnits: ZERO,
    coin: 1 as const,
    token: ZERO_ADDRESS,
    chainId: 1,
    txHash: '0x1' as const,
    txFrom: ZERO_ADDRESS,
    paymentMethodType: 1 as const,
    orderId: null,
    userId: null,
    userName: null,
    extraJson: null,
  };
  const refund = {
    ...payment,
    ...{ refundId: 'rfd_1', refundUnits: ZERO, payerGetsUnits: ZERO, payer: ZERO_ADDRESS, to: ZERO_ADDRESS },
  };
  const notice = (type: NoticeEventType) =>
    noticeBody('evt_1', 'txn_1', {
      ...payment,
      ...{ eventType: type, status: 3, receivedUnits: ZERO, missingUnits: ZERO, transfer: null, review: null },
    });
  const bodies: Record<WebhookEventType | NoticeEventType, string> = {
    ...(Object.fromEntries(Object.values(NOTICE_EVENTS).map((type) => [type, notice(type)])) as Record<
      NoticeEventType,
      string
    >),
    'checkout_intent.confirmed': confirmedWebhookBody('evt_1', 'txn_1', payment),
    'checkout_intent.refunded': refundWebhookBody('checkout_intent.refunded', 'evt_1', 'txn_1', refund),
    'checkout_intent.refund_removed': refundWebhookBody('checkout_intent.refund_removed', 'evt_1', 'txn_1', refund),
    'webhook.test': testWebhookBody('evt_1', 'txn_1'),
  };
  expect(Object.keys(document.webhooks)).toEqual(Object.keys(bodies));
  for (const [type, body] of Object.entries(bodies)) {
    const { schema } = document.webhooks[type].post.requestBody.content['application/json'];
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(JSON.parse(body)).sort());
    expect(schema.required.sort()).toEqual(Object.keys(schema.properties).sort());
    expect(schema.properties.event_type.enum).toEqual([type]);
  }
  expect(document.paths['/v1/checkout_intents/'].post.responses['400'].description).toContain('no_coin');
});
