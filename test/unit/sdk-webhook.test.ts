// Verification of webhooks by the client package, against signatures made with Node's crypto.
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { OrderEventType } from '#domain/order-events.ts';
import { CONTRACT_EVENT_TYPES, type WebhookEventType } from '#domain/webhook-body.ts';
import { type ReceivedWebhook, verifyWebhook, type WebhookEvent, type WebhookKey } from '#sdk/src/index.ts';
import { WEBHOOK_EVENTS as LISTENED_EVENTS } from '#sdk/src/listener.ts';

const KEY: WebhookKey = { apiKey: 'st_key', apiSecret: 'st_secret' };
const NOW = 1_770_000_000;

interface Difference {
  secret?: string;
  target?: string;
  signedTarget?: string;
  timestamp?: string;
  body?: string;
  headers?: Record<string, string | string[] | undefined>;
}

const webhook = (difference: Difference = {}): ReceivedWebhook => {
  const { secret = KEY.apiSecret, target = '/hook?shop=1', timestamp = String(NOW) } = difference;
  const body = difference.body ?? '{"event_type":"checkout_intent.confirmed","order_id":"Ä-1"}';
  const [path, query = ''] = (difference.signedTarget ?? target).split('?');
  const hash = createHash('sha256').update(body).digest('hex');
  const lines = ['allscale:webhook:v1', 'POST', path, query, 'evt_1', timestamp, 'nonce-1', hash];
  const signature = createHmac('sha256', secret).update(lines.join('\n')).digest('base64');
  return {
    method: 'POST',
    target,
    rawBody: Buffer.from(body),
    headers: {
      'X-API-Key': KEY.apiKey,
      'X-Webhook-Id': 'evt_1',
      'X-Webhook-Timestamp': timestamp,
      'X-Webhook-Nonce': 'nonce-1',
      'X-Webhook-Signature': `v1=${signature}`,
      ...difference.headers,
    },
  };
};

const problemOf = async (difference: Difference): Promise<string> => {
  const check = await verifyWebhook(KEY, webhook(difference), NOW);
  return check.ok ? 'ok' : check.problem;
};

test('the client package has the types of events that the server sends', () =>
  expectTypeOf<WebhookEvent['event_type']>().toEqualTypeOf<WebhookEventType | OrderEventType>());

test('without a choice, the client package listens to what a webhook URL gets', () =>
  expect(LISTENED_EVENTS, 'sdk/src/listener.ts: WEBHOOK_EVENTS').toEqual(CONTRACT_EVENT_TYPES));

describe('verifyWebhook', () => {
  test('returns the event of a genuine webhook', async () => {
    expect(await verifyWebhook(KEY, webhook(), NOW)).toEqual({
      ok: true,
      webhookId: 'evt_1',
      nonce: 'nonce-1',
      event: { event_type: 'checkout_intent.confirmed', order_id: 'Ä-1' },
    });
  });

  test('accepts headers in any case, a Headers object, the body as text, and one of several keys', async () => {
    const { headers, ...rest } = webhook();
    const given = { ...rest, headers: new Headers(headers as Record<string, string>), rawBody: String(rest.rawBody) };
    const keys = [{ apiKey: 'st_other', apiSecret: 'x' }, KEY];
    expect(await verifyWebhook(keys, given, NOW)).toMatchObject({ ok: true });
  });

  test('accepts a full URL as the target, and reports an empty key', async () => {
    const given = { ...webhook(), target: 'https://shop.example/hook?shop=1' };
    expect(await verifyWebhook(KEY, given, NOW)).toMatchObject({ ok: true });
    await expect(verifyWebhook({ apiKey: 'st_key', apiSecret: '' }, webhook(), NOW)).rejects.toThrow(TypeError);
    await expect(verifyWebhook([], webhook(), NOW)).rejects.toThrow(TypeError);
  });

  test.each<[string, Difference]>([
    ['signature_wrong', { secret: 'st_another' }],
    ['signature_wrong', { signedTarget: '/hook' }],
    ['signature_wrong', { headers: { 'X-Webhook-Signature': 'v1=AAAA' } }],
    ['signature_wrong', { headers: { 'X-Webhook-Signature': `v1=${'A'.repeat(43)}=` } }],
    ['signature_wrong', { headers: { 'X-Webhook-Nonce': 'nonce-2' } }],
    ['unknown_key', { headers: { 'X-API-Key': 'st_other' } }],
    ['header_missing', { headers: { 'X-Webhook-Signature': undefined } }],
    ['header_missing', { headers: { 'X-Webhook-Id': ['evt_1', 'evt_2'] } }],
    ['timestamp_malformed', { timestamp: '1770000000.5' }],
    ['timestamp_too_old', { timestamp: String(NOW - 301) }],
    ['timestamp_in_future', { timestamp: String(NOW + 61) }],
    ['body_malformed', { body: '[1]' }],
    ['body_malformed', { body: 'not JSON' }],
    ['ok', { timestamp: String(NOW - 300) }],
    ['ok', { timestamp: String(NOW + 60) }],
  ])('%s: %j', async (expected, difference) => {
    expect(await problemOf(difference)).toBe(expected);
  });
});
