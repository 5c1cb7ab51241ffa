// The demo shop as a merchant: it signs requests as the API requires, and accepts a webhook only when signature, time, nonce and
// transaction id are valid.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReceivedWebhook } from '#sdk/src/index.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { type DemoShop, openDemoShop } from '#web/demo/server/demo-shop.ts';

const KEY = { apiKey: 'st_demo', apiSecret: 'st_demo_secret' };

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let database: TestDatabase;
let api: Server;
let shop: DemoShop;
const seen: Seen[] = [];
let intents = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    const payload = {
      checkout_url: 'https://pay.example/checkout/1',
      allscale_checkout_intent_id: `intent-${++intents}`,
      amount_coins: '18.0000',
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ code: 0, payload, error: null, request_id: 'req_1' }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  const publicUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  shop = openDemoShop({ databaseUrl: database.url, publicUrl, ...KEY });
});
afterAll(async () => {
  await shop?.close();
  api?.close();
  await database?.drop();
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const sign = (text: string): string => `v1=${createHmac('sha256', KEY.apiSecret).update(text).digest('base64')}`;

interface Tampering {
  secondsAgo?: number;
  nonce?: string;
  key?: string;
  /** Added after signing. */
  bodyInstead?: string;
}

const webhook = (event: Record<string, unknown>, tampering: Tampering = {}): ReceivedWebhook => {
  const body = JSON.stringify({ event_type: 'checkout_intent.confirmed', ...event });
  const id = String(event.webhook_id ?? `evt_${randomUUID()}`);
  const timestamp = String(Math.floor(Date.now() / 1000) - (tampering.secondsAgo ?? 0));
  const nonce = tampering.nonce ?? randomUUID();
  const target = '/demo/webhook';
  const canonical = ['allscale:webhook:v1', 'POST', target, '', id, timestamp, nonce, sha256(body)].join('\n');
  return {
    method: 'POST',
    target,
    headers: {
      'x-api-key': tampering.key ?? KEY.apiKey,
      'x-webhook-id': id,
      'x-webhook-timestamp': timestamp,
      'x-webhook-nonce': nonce,
      'x-webhook-signature': sign(canonical),
    },
    rawBody: Buffer.from(tampering.bodyInstead ?? body),
  };
};

const confirmed = (orderId: string, transactionId: string = randomUUID()) => ({
  all_scale_transaction_id: transactionId,
  order_id: orderId,
  amount_cents: 1800,
  amount_coins: '18.0000',
  coin_symbol: 'USDT',
  chain_id: 31337,
  tx_hash: `0x${'1'.repeat(64)}`,
});

const newOrder = async (): Promise<string> => (await shop.placeOrder({ mug: 1 })).orderId;
const stateOf = async (orderId: string) => (await shop.order(orderId))?.state;
const checksOf = async (orderId: string) =>
  (await shop.webhookLog(orderId)).map(({ signatureCheck, outcome }) => [signatureCheck, outcome]);

describe('creating a checkout', () => {
  test('signs the exact bytes, and sends the order as idempotency key', async () => {
    const orderId = await newOrder();
    const { method, url, headers, body } = seen.at(-1) as Seen;
    expect([method, url]).toEqual(['POST', '/v1/checkout_intents/']);
    const { 'x-timestamp': timestamp, 'x-nonce': nonce } = headers;
    expect(headers['x-signature']).toBe(sign(['POST', url, '', timestamp, nonce, sha256(body)].join('\n')));
    expect(headers['idempotency-key']).toBe(orderId);
    expect(JSON.parse(body)).toMatchObject({ currency: 1, amount_cents: 1800, order_id: orderId });
    expect(await stateOf(orderId)).toBe('awaiting_payment');
  });

  test('an empty cart creates no order', async () => {
    await expect(shop.placeOrder({ mug: 0, nothing: 3, lamp: 100 })).rejects.toThrow('empty');
  });
});

describe('a webhook', () => {
  test('with a valid signature marks the order as paid; the next attempt changes nothing', async () => {
    const orderId = await newOrder();
    const event = confirmed(orderId);
    expect(await shop.receive(webhook(event))).toEqual({ status: 200, message: 'order marked as paid' });
    expect(await stateOf(orderId)).toBe('paid');
    expect(await shop.receive(webhook(event))).toEqual({ status: 200, message: 'already processed' });
    expect(await checksOf(orderId)).toEqual([
      ['ok', 'already processed'],
      ['ok', 'order marked as paid'],
    ]);
  });

  test('that arrives five times at once is processed once', async () => {
    const orderId = await newOrder();
    const event = confirmed(orderId);
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => shop.receive(webhook(event))));
    expect(responses.filter(({ message }) => message === 'order marked as paid')).toHaveLength(1);
    expect(responses.every(({ status }) => status === 200)).toBe(true);
  });

  test.each<[string, Tampering]>([
    ['signature_wrong', { bodyInstead: '{}' }],
    ['timestamp_too_old', { secondsAgo: 301 }],
    ['timestamp_in_future', { secondsAgo: -120 }],
    ['unknown_key', { key: 'st_other' }],
  ])('with %s is rejected and logged', async (reason, tampering) => {
    const orderId = await newOrder();
    expect((await shop.receive(webhook(confirmed(orderId), tampering))).status).toBe(401);
    expect((await shop.webhookLog())[0]?.signatureCheck).toBe(reason);
    expect(await stateOf(orderId)).toBe('awaiting_payment');
  });

  test('that is sent again unchanged is a replay', async () => {
    const orderId = await newOrder();
    const taken = webhook(confirmed(orderId));
    expect((await shop.receive(taken)).status).toBe(200);
    expect((await shop.receive(taken)).status).toBe(401);
    expect((await shop.webhookLog())[0]?.signatureCheck).toBe('replayed');
  });

  test.each(['DEMO-NONE', 'INV-0007', null])(
    'for order %s, which this shop did not make, is taken, logged and ignored',
    async (orderId) => {
      const before = await shop.recentOrders();
      const reply = await shop.receive(webhook({ ...confirmed('x'), order_id: orderId }));
      expect(reply).toEqual({ status: 200, message: 'ignored: no order of this shop' });
      expect((await shop.webhookLog())[0]).toMatchObject({ orderId, outcome: reply.message, signatureCheck: 'ok' });
      expect(await shop.recentOrders()).toEqual(before);
    },
  );

  test('for another amount than the order’s leaves it unpaid', async () => {
    const orderId = await newOrder();
    const { message } = await shop.receive(webhook({ ...confirmed(orderId), amount_cents: 1 }));
    expect(message).toContain('amount differs');
    expect(await stateOf(orderId)).toBe('awaiting_payment');
  });
});
