// The client package against the real API, from its sources. As published: sdk-package.test.ts.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import {
  AllScaleApiError,
  AllScaleClient,
  type AllScaleClientOptions,
  AllScaleUnreachableError,
  Currency,
  ErrorCode,
  IntentStatus,
  isFinal,
  RefundStatus,
  StableCoin,
} from '#sdk/src/index.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';
import { documentedRoutes, membersOf, routeOf } from './client-coverage.ts';
import { closedOrder, randomPayer, SENT_TOKEN } from './closed-order.ts';
import { endpointWithDelivery } from './endpoint-delivery.ts';

let api: ApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(async () => await api?.close());

const clientOf = (store: TestStore, more: Partial<AllScaleClientOptions> = {}): AllScaleClient =>
  new AllScaleClient({ baseUrl: api.origin, apiKey: store.apiKey, apiSecret: store.apiSecret, ...more });

const ORDER = { currency: Currency.USD, amount_cents: 1250, order_id: 'Ä-1', accepted_stable_coins: [StableCoin.USDC] };

describe('a shop with the client', () => {
  test('pings, creates, and reads what it created', async () => {
    const client = clientOf(api.store);
    await client.ping();
    const created = await client.createCheckout({ ...ORDER, extra: { cart: [1, 'ü'] } });
    const { allscale_checkout_intent_id: id } = created;
    expect(created).toMatchObject({ amount_coins: '12.5000', stable_coin_type: StableCoin.USDC, rate: '1.0000' });
    expect(await client.getStatus(id)).toBe(IntentStatus.CREATED);
    expect(await client.getCheckout(id)).toMatchObject({
      all_scale_checkout_intent_id: id,
      order_id: 'Ä-1',
      currency_symbol: 'USD',
      extra: { cart: [1, 'ü'] },
    });
    expect([IntentStatus.CREATED, IntentStatus.ON_CHAIN].some(isFinal)).toBe(false);
    expect([IntentStatus.CONFIRMED, IntentStatus.TIMEOUT].every(isFinal)).toBe(true);
  });

  test('lists checkouts page by page, and reads what one has received', async () => {
    const store = await api.newStore();
    const client = clientOf(store);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await client.createCheckout({ ...ORDER, order_id: 'ä&=' })).allscale_checkout_intent_id);
    }
    const page = await client.listCheckouts({ limit: 2, status: [IntentStatus.CREATED, IntentStatus.PAYING] });
    expect(page.checkout_intents).toHaveLength(2);
    expect(page.next_cursor).not.toBeNull();
    const found: string[] = [];
    const filter = { limit: 2, order_id: 'ä&=', created_from: new Date(Date.now() - 60_000) };
    for await (const checkout of client.eachCheckout(filter)) found.push(checkout.all_scale_checkout_intent_id);
    expect(found).toEqual(ids.toSorted().toReversed());
    expect((await client.listCheckouts({ status: IntentStatus.CONFIRMED })).checkout_intents).toEqual([]);
    await expect(client.listCheckouts({ limit: 1000 })).rejects.toMatchObject({ field: 'limit', reason: 'too_large' });

    expect(await client.getPayments(ids[0] ?? '')).toMatchObject({
      ...{ received_coins: '0.0000', missing_coins: '12.5000', transfers: [] },
      due: [{ stable_coin_type: StableCoin.USDC, amount_coins: '12.5000' }],
    });
  });

  test('reads events page by page, from the last number', async () => {
    const store = await api.newStore();
    const client = clientOf(store);
    expect(await client.listEvents()).toEqual({ events: [], last_sequence: 0, has_more: false });
    for (let index = 0; index < 3; index += 1) {
      const { allscale_checkout_intent_id: id } = await client.createCheckout(ORDER);
      await changeIntent(api.orm.em.fork(), { intentId: id as IntentId, actor: 'workflow', to: -4 });
    }
    const numbers: number[] = [];
    for await (const event of client.eachEvent({ after: 1, limit: 1 })) {
      numbers.push(event.sequence);
      if (event.data?.event_type === 'checkout_intent.canceled') expect(event.data.missing_coins).toBe('12.5000');
    }
    expect(numbers).toEqual([2, 3]);
  });

  test('manages webhook endpoints', async () => {
    const client = clientOf(await api.newStore());
    const { secret, ...made } = await client.createWebhookEndpoint({
      url: 'https://shop.example/hook',
      event_types: ['checkout_intent.short'],
    });
    expect(secret).toMatch(/^st_/);
    expect(await client.listWebhookEndpoints()).toEqual([made]);
    const changed = await client.updateWebhookEndpoint(made.endpoint_id, { enabled: false });
    expect(changed).toEqual({ ...made, enabled: false });
    expect(await client.getWebhookEndpoint(made.endpoint_id)).toEqual(changed);
    const renewed = await client.renewWebhookSecret(made.endpoint_id, 3_600);
    expect(renewed.secret).not.toBe(secret);
    expect(Date.parse(renewed.next_secret_at ?? '')).toBeGreaterThan(Date.now());
    const used = await client.updateWebhookEndpoint(made.endpoint_id, { next_secret: 'use', description: 'Lager' });
    expect(used).toMatchObject({ next_secret_at: null, description: 'Lager' });
    const test = await client.sendWebhookTest(made.endpoint_id);
    const { deliveries } = await client.listWebhookDeliveries(made.endpoint_id, { limit: 1 });
    expect(deliveries).toMatchObject([{ delivery_id: test, event_type: 'webhook.test' }]);
    await expect(client.redeliverWebhook(made.endpoint_id, test)).rejects.toMatchObject({ code: ErrorCode.VALIDATION });
    await client.deleteWebhookEndpoint(made.endpoint_id);
    await expect(client.getWebhookEndpoint(made.endpoint_id)).rejects.toMatchObject({ code: ErrorCode.NOT_FOUND });
  });

  test('asks for refunds and reads them', async () => {
    const client = clientOf(api.store);
    const [payer, other] = [randomPayer(), randomPayer()];
    const id = await closedOrder(api, api.store, [
      { from: payer, coins: 10 },
      { from: other, coins: 2 },
    ]);
    const { refunds, refundable } = await client.listRefunds(id);
    expect(refunds).toEqual([]);
    expect(refundable.map((money) => [money.payer, money.remaining_coins])).toEqual(
      expect.arrayContaining([
        [payer, '10.0000'],
        [other, '2.0000'],
      ]),
    );
    await expect(client.requestRefund(id)).rejects.toMatchObject({ field: 'payer', reason: 'ambiguous' });
    const part = { payer, amount_coins: '4.5', merchant_bears_fee: true, reason: 'One of two items' };
    const refund = await client.requestRefund(id, part, { idempotencyKey: 'refund-1' });
    expect(refund).toMatchObject({
      ...{ refund_status: RefundStatus.REQUESTED, amount_coins: '4.5000', payer, to: payer, tx_hash: null },
      ...{ merchant_bears_fee: true, reason: 'One of two items', coin_contract: SENT_TOKEN, chain_id: 31337 },
    });
    expect(await client.requestRefund(id, part, { idempotencyKey: 'refund-1' })).toEqual(refund);
    expect((await client.requestRefund(id, { payer: other, to: payer })).to).toBe(payer);
    const tooMuch = client.requestRefund(id, { payer, amount_coins: '5.6' });
    await expect(tooMuch).rejects.toMatchObject({ field: 'amount_coins', reason: 'more_than_left' });
    const read = await client.listRefunds(id);
    expect(read.refunds).toHaveLength(2);
    expect(read.refunds).toContainEqual(refund);
    // What is only asked for is not refunded yet.
    expect(read.refundable).toEqual(refundable);
    await expect(client.listRefunds('0'.repeat(24))).rejects.toMatchObject({ code: ErrorCode.NOT_FOUND });
  });

  test('tests itself: a body comes back as it was signed, and an error is an error', async () => {
    const client = clientOf(api.store);
    const body = { text: 'Ä ✓', list: [1, null, { deep: true }] };
    expect(await client.echo(body)).toEqual(body);
    await expect(client.fail()).rejects.toMatchObject({ code: ErrorCode.UNKNOWN, httpStatus: 500 });
  });

  test('simulates payments in a test store', async () => {
    const client = clientOf(await api.newStore({ isTest: true }));
    const { allscale_checkout_intent_id: id } = await client.createCheckout(ORDER);
    const simulation = await client.simulatePayment(id, 'short', { idempotencyKey: 's' });
    expect(simulation).toMatchObject({ scenario: 'short', amount_coins: '6.2500', stable_coin_type: StableCoin.USDC });
    expect(await client.simulatePayment(id, 'short', { idempotencyKey: 's' })).toEqual(simulation);
    expect((await client.simulatePayment(id)).scenario).toBe('paid');
    const { allscale_checkout_intent_id: live } = await clientOf(api.store).createCheckout(ORDER);
    await expect(clientOf(api.store).simulatePayment(live)).rejects.toMatchObject({ reason: 'not_a_test_store' });
  });

  test('gets the same checkout for a repeated create with the same idempotency key', async () => {
    const client = clientOf(api.store);
    const first = await client.createCheckout(ORDER, { idempotencyKey: 'order-7' });
    expect(await client.createCheckout(ORDER, { idempotencyKey: 'order-7' })).toEqual(first);
  });

  test('gets an error that names the field and the problem', async () => {
    const rejected = clientOf(api.store).createCheckout({ ...ORDER, amount_cents: 1.5 });
    await expect(rejected).rejects.toBeInstanceOf(AllScaleApiError);
    await expect(rejected).rejects.toMatchObject({
      code: 10001,
      httpStatus: 400,
      field: 'amount_cents',
      reason: 'not_an_integer',
    });
    await expect(clientOf(api.store).getStatus('0'.repeat(24))).rejects.toMatchObject({ code: 50001 });
    const wrongSecret = clientOf(api.store, { apiSecret: 'st_wrong' }).ping();
    await expect(wrongSecret).rejects.toMatchObject({
      code: ErrorCode.BAD_SIGNATURE,
      reason: 'wrong_signature',
      field: null,
    });
  });

  test('accepts only signed responses when they are configured', async () => {
    const signing = await api.newStore({ signsResponses: true });
    await clientOf(signing, { verifyResponses: true }).ping();
    await expect(clientOf(api.store, { verifyResponses: true }).ping()).rejects.toBeInstanceOf(
      AllScaleUnreachableError,
    );
    const wrongSecret = clientOf(signing, { verifyResponses: true, apiSecret: 'st_wrong' }).ping();
    await expect(wrongSecret).rejects.toThrow('HTTP 401');
  });

  test('does not take a proxy’s page or a timeout for a response of the API', async () => {
    const proxy = createServer((request, response) => {
      if (request.url === '/v1/test/ping') response.writeHead(502).end('<h1>Bad gateway</h1>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      await expect(clientOf(api.store, { baseUrl }).ping()).rejects.toThrow('HTTP 502');
      const silent = clientOf(api.store, { baseUrl, timeoutMs: 50 }).getStatus('1');
      await expect(silent).rejects.toBeInstanceOf(AllScaleUnreachableError);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });
});

/** A call of every method. A new one that is not here does not compile. */
const callsOf = (
  client: AllScaleClient,
  {
    checkout,
    closed,
    endpoint,
    delivery,
  }: Record<'checkout' | 'closed' | 'endpoint', string> & {
    delivery: Awaited<ReturnType<typeof endpointWithDelivery>>;
  },
): Record<keyof AllScaleClient, () => Promise<unknown>> => ({
  ping: () => client.ping(),
  echo: () => client.echo({}),
  fail: () => client.fail().catch((error: AllScaleApiError) => expect(error.code).toBe(ErrorCode.UNKNOWN)),
  createCheckout: () => client.createCheckout(ORDER),
  getCheckout: () => client.getCheckout(checkout),
  getStatus: () => client.getStatus(checkout),
  listCheckouts: () => client.listCheckouts(),
  eachCheckout: () => client.eachCheckout().next(),
  getPayments: () => client.getPayments(checkout),
  listEvents: () => client.listEvents(),
  eachEvent: () => client.eachEvent().next(),
  createWebhookEndpoint: () =>
    client.createWebhookEndpoint({ url: 'https://shop.example/all', event_types: ['checkout_intent.seen'] }),
  listWebhookEndpoints: () => client.listWebhookEndpoints(),
  getWebhookEndpoint: () => client.getWebhookEndpoint(endpoint),
  updateWebhookEndpoint: () => client.updateWebhookEndpoint(endpoint, { enabled: false }),
  renewWebhookSecret: () => client.renewWebhookSecret(endpoint, 60),
  sendWebhookTest: () => client.sendWebhookTest(endpoint),
  listWebhookDeliveries: () => client.listWebhookDeliveries(endpoint),
  redeliverWebhook: () => client.redeliverWebhook(delivery.endpointId, delivery.deliveryId),
  requestRefund: () => client.requestRefund(closed),
  listRefunds: () => client.listRefunds(closed),
  simulatePayment: () => client.simulatePayment(checkout),
  deleteWebhookEndpoint: () => client.deleteWebhookEndpoint(endpoint),
});

test('every route of the OpenAPI document has a method, a test and a line in the documentation of both clients', async () => {
  const store = await api.newStore({ isTest: true });
  const sent: string[] = [];
  const client = clientOf(store, {
    fetch: async (url, init) => {
      sent.push(`${init?.method} ${new URL(String(url)).pathname}`);
      return await fetch(url, init);
    },
  });
  const { endpoint_id: endpoint } = await client.createWebhookEndpoint({
    url: 'https://shop.example/one',
    event_types: ['checkout_intent.seen'],
  });
  const { allscale_checkout_intent_id: checkout } = await client.createCheckout(ORDER);
  const closed = await closedOrder(api, store, [{ from: randomPayer(), coins: 1 }]);
  const routes = await documentedRoutes(api);
  const methodOf = new Map<string, string>();
  const delivery = await endpointWithDelivery(api, store);
  for (const [name, send] of Object.entries(callsOf(client, { checkout, closed, endpoint, delivery }))) {
    sent.length = 0;
    await send();
    expect(sent.length, name).toBeGreaterThan(0);
    for (const request of sent) {
      const [method = '', path = ''] = request.split(' ');
      methodOf.set(routeOf(routes, method, path) ?? request, name);
    }
  }
  expect([...methodOf.keys()].sort()).toEqual(routes);

  const read = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
  // This file's own tests, without the table above.
  const [before = '', after = ''] = read('test', 'api', 'sdk.test.ts').split(/^const callsOf[\s\S]*?^\}\);$/m);
  const places = {
    'docs/guide/client.md': [read('docs', 'guide', 'client.md'), (name: string) => name],
    'docs/guide/client-python.md': [read('docs', 'guide', 'client-python.md'), snakeCase],
    'a test of the TypeScript client': [before + after, (name: string) => `.${name}`],
    'a test of the Python client': [
      read('sdk', 'python', 'tests', 'test_client.py'),
      (name: string) => `.${snakeCase(name)}`,
    ],
  } as const;
  expect(after).not.toBe('');
  const missing = Object.entries(places).flatMap(([place, [text, spelled]]) =>
    Object.getOwnPropertyNames(AllScaleClient.prototype)
      .filter((name) => name !== 'constructor' && !text.includes(`${spelled(name)}(`))
      .map((name) => `${name}: ${place}`),
  );
  expect(missing).toEqual([]);
});

test('its types have the members of the OpenAPI document', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document
  const { paths } = (await (await fetch(`${api.origin}/v1/openapi.json`)).json()) as any;
  const body = (path: string) => paths[path].post.requestBody.content['application/json'].schema.properties;
  const payload = (method: string, path: string) =>
    paths[path][method].responses['200'].content['application/json'].schema.properties.payload.properties;
  const [intents, orders, endpoints] = ['/v1/checkout_intents/', '/v1/orders', '/v1/webhook_endpoints'] as const;
  const [payments, refunds] = [`${intents}{id}/payments`, `${intents}{id}/refunds`];
  const query: { name: string; in: string }[] = paths[orders].get.parameters;
  const documented: Record<string, object> = {
    CreatedCheckout: payload('post', intents),
    CheckoutIntent: payload('get', `${intents}{id}`),
    CheckoutFilter: Object.fromEntries(query.map(({ name, in: place }) => [name, place])),
    CheckoutPage: payload('get', orders),
    Payments: payload('get', payments),
    Transfer: payload('get', payments).transfers.items.properties,
    EventPage: payload('get', '/v1/events'),
    NewWebhookEndpoint: body(endpoints),
    WebhookEndpoint: payload('get', `${endpoints}/{id}`),
    EndpointDelivery: payload('get', `${endpoints}/{id}/deliveries`).deliveries.items.properties,
    EndpointDeliveryPage: payload('get', `${endpoints}/{id}/deliveries`),
    RefundRequest: body(refunds),
    Refund: payload('post', refunds),
    Refunds: payload('get', refunds),
    Simulation: payload('post', '/v1/test/simulate'),
  };
  for (const [name, members] of Object.entries(documented)) {
    expect([name, membersOf(name)]).toEqual([name, Object.keys(members).sort()]);
  }
  // Two of them are told apart by the price.
  const create = ['currency', 'stable_coin', ...membersOf('CheckoutDetails')];
  expect(create.sort()).toEqual(Object.keys(body(intents)).sort());
  expect(membersOf('OrderEvent')).toEqual(Object.keys(payload('get', '/v1/events').events.items.properties).sort());
});

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
