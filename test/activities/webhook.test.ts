// One delivery attempt to real receivers: what is sent, what counts as success, what is stored, and every limit.

import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookActivities, retryAfterMs, type WebhookDependencies } from '#activities/webhook.ts';
import { requestRedelivery } from '#db/delivery/webhook-actions.ts';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { Dispatch, TimelineEvent } from '#db/entities/intent.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { createApiKey, revokeApiKey } from '#db/merchants/api-keys.ts';
import { updateStore } from '#db/merchants/change-store.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { EXCERPT_BYTES } from '#network/post-to-receiver.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, makeWebhookEvent, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { isSigned, startReceiver, type TestReceiver } from '#test/support/receiver.ts';

let database: TestDatabase;
let orm: Orm;
let receiver: TestReceiver;
let attemptNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver?.stop();
  await orm?.close();
  await database?.drop();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.response = () => ({ status: 200, body: 'thanks' });
});

const activities = (deps: Partial<WebhookDependencies> = {}) =>
  createWebhookActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    allowedRanges: ['127.0.0.0/8', '::1/128'],
    requireHttps: false,
    maxInFlightPerStore: 2,
    maxInFlightPerEndpoint: 2,
    ...deps,
  });

const setUp = async (url = receiver.url): Promise<{ store: TestStore; intentId: IntentId; eventId: string }> => {
  const store = await makeStore(orm.em, url);
  const intentId = await makeIntent(orm.em, store, { queued: false });
  return { store, intentId, eventId: await makeWebhookEvent(orm.em, intentId) };
};

const deliver = (eventId: string, deps: Partial<WebhookDependencies> = {}, nextPauseMs: number | null = 60_000) => {
  attemptNumber += 1;
  return activities(deps).deliverWebhook({ eventId, attemptKey: `attempt-${attemptNumber}`, nextPauseMs });
};

const attemptsOf = (eventId: string) =>
  orm.em.fork().find(WebhookAttempt, { event: eventId }, { orderBy: { id: 'asc' } });
const eventOf = (eventId: string) => orm.em.fork().findOneOrFail(WebhookEvent, eventId);
const timelineOf = async (intentId: IntentId) =>
  (await orm.em.fork().find(TimelineEvent, { intent: intentId })).map(({ kind }) => kind);

describe('a delivery', () => {
  it('is signed as docs/open-api.md section 6 says, over path and query as configured', async () => {
    const { store, intentId, eventId } = await setUp(`http://127.0.0.1:${receiver.port}/a//b/%7Ec/../d?x=1&y=%20z`);
    expect(await deliver(eventId)).toEqual({ kind: 'delivered' });
    const [webhook] = receiver.received;
    if (!webhook) throw new Error('nothing was received');
    expect(webhook).toMatchObject({ method: 'POST', target: '/a//b/%7Ec/../d?x=1&y=%20z' });
    expect(webhook.body).toBe((await eventOf(eventId)).body);
    expect(webhook.headers).toMatchObject({
      'x-api-key': store.apiKey,
      'x-webhook-id': eventId,
      'content-type': 'application/json',
    });
    expect(webhook.headers['x-webhook-timestamp']).toMatch(/^\d{10}$/);
    expect(webhook.headers['x-webhook-nonce']).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(isSigned(webhook, store.apiSecret)).toBe(true);
    expect(isSigned(webhook, `${store.apiSecret}x`)).toBe(false);
    expect(await eventOf(eventId)).toMatchObject({ state: 'delivered', nextAttemptAt: null });
    expect(await timelineOf(intentId)).toContain('webhook_delivered');
  });

  it('has a new signature in each attempt under the same webhook id', async () => {
    const { store, eventId } = await setUp();
    receiver.response = () => ({ status: 500 });
    await deliver(eventId);
    await deliver(eventId);
    const nonces = receiver.received.map(({ headers }) => headers['x-webhook-nonce']);
    expect(new Set(nonces).size).toBe(2);
    expect(receiver.received.every((webhook) => isSigned(webhook, store.apiSecret))).toBe(true);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-webhook-id']))).toEqual(new Set([eventId]));
  });

  it('is signed with the newest live key when the key of the intent was revoked', async () => {
    const { store, eventId } = await setUp();
    const newer = await createApiKey(orm.em, TEST_MASTER_KEYS, store.storeId, { name: 'newer' });
    await revokeApiKey(orm.em, store.apiKey);
    await deliver(eventId);
    expect(receiver.received[0]?.headers['x-api-key']).toBe(newer.apiKey);
    expect(receiver.received.every((webhook) => isSigned(webhook, newer.apiSecret))).toBe(true);
    await revokeApiKey(orm.em, newer.apiKey);
    expect(await deliver((await setUpEvent(store)).eventId)).toMatchObject({ kind: 'retry' });
    expect(receiver.received).toHaveLength(1);
  });

  it('every attempt is stored, with the signature masked and the response shortened', async () => {
    const { store, eventId } = await setUp();
    receiver.response = () => ({ status: 500, body: `a\0b${'x'.repeat(10_000)}` });
    await deliver(eventId);
    const [attempt] = await attemptsOf(eventId);
    expect(attempt).toMatchObject({ responseStatus: 500, url: receiver.url, error: 'the receiver responded with 500' });
    expect(attempt?.responseExcerpt?.length).toBe(EXCERPT_BYTES - 1);
    expect(attempt?.requestHeaders['X-Webhook-Signature']).toBe('v1=…');
    expect(JSON.stringify(attempt)).not.toContain(store.apiSecret);
    const due = (await eventOf(eventId)).nextAttemptAt?.getTime() ?? 0;
    expect(Math.abs(due - Date.now() - 60_000)).toBeLessThan(5_000);
  });

  it('is not sent again by a retried activity whose response was stored', async () => {
    const { eventId } = await setUp();
    const input = { eventId, attemptKey: 'same', nextPauseMs: 1_000 };
    expect(await activities().deliverWebhook(input)).toEqual({ kind: 'delivered' });
    expect(await activities().deliverWebhook(input)).toEqual({ kind: 'delivered' });
    expect(receiver.received).toHaveLength(1);
    expect(await attemptsOf(eventId)).toHaveLength(1);
  });
});

const setUpEvent = async (store: TestStore) => ({
  eventId: await makeWebhookEvent(orm.em, await makeIntent(orm.em, store, { queued: false })),
});

describe('a response', () => {
  it.each([200, 201, 204, 299, 409])('%i is success', async (status) => {
    receiver.response = () => ({ status });
    const { eventId } = await setUp();
    expect(await deliver(eventId)).toEqual({ kind: 'delivered' });
  });

  it.each([301, 302, 307, 400, 401, 404, 429, 500, 503])('%i is retried', async (status) => {
    receiver.response = () => ({ status, headers: { Location: `${receiver.url}/elsewhere` } });
    const { eventId } = await setUp();
    expect(await deliver(eventId)).toEqual({ kind: 'retry', pauseMs: 60_000 });
    // Redirects are not followed.
    expect(receiver.received).toHaveLength(1);
    expect(await deliver(eventId, {}, null)).toEqual({ kind: 'failed' });
    expect((await eventOf(eventId)).state).toBe('failed');
  });

  it('410 disables the webhook of the store until its URL is set again', async () => {
    receiver.response = () => ({ status: 410 });
    const { store, intentId, eventId } = await setUp();
    expect(await deliver(eventId)).toEqual({ kind: 'disabled' });
    expect((await orm.em.fork().findOneOrFail(Store, store.storeId)).webhookDisabledAt).toBeInstanceOf(Date);
    expect(await timelineOf(intentId)).toContain('webhook_disabled');
    const next = await setUpEvent(store);
    expect(await deliver(next.eventId)).toEqual({ kind: 'disabled' });
    expect(receiver.received).toHaveLength(1);
    receiver.response = () => ({ status: 200 });
    await updateStore(orm.em, store.storeId, { webhookUrl: receiver.url });
    expect(await deliver(next.eventId)).toEqual({ kind: 'delivered' });
  });

  it.each([
    ['120', 120_000],
    ['99999', 3_600_000],
    ['0', 0],
    ['soon', 0],
    [null, 0],
    ['Thu, 01 Jan 1970 00:10:00 GMT', 300_000],
  ])('Retry-After %s pauses for %i ms', (header, pause) => {
    expect(retryAfterMs(header, 300_000)).toBe(pause);
  });

  it('is read up to 64 kB only', async () => {
    let written = 0;
    receiver.response = (_webhook, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384, 120);
      const write = (): void => {
        while (!response.destroyed && written < 100_000_000) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
      };
      write();
      return null;
    };
    const { eventId } = await setUp();
    expect(await deliver(eventId)).toEqual({ kind: 'delivered' });
    expect(written).toBeLessThan(20_000_000);
    expect((await attemptsOf(eventId))[0]?.responseExcerpt?.length).toBe(EXCERPT_BYTES);
  });
});

describe('a response whose body does not end well', () => {
  const answering = async (head: string): Promise<{ url: string; close(): void }> => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(head));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/hook`, close: () => server.close() };
  };
  it.each([
    ['cut short, by length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok', 200, { kind: 'delivered' }],
    [
      'cut short, in chunks',
      'HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
      202,
      { kind: 'delivered' },
    ],
    [
      'with a bad chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello',
      200,
      { kind: 'delivered' },
    ],
    ['cut short, already processed', 'HTTP/1.1 409 Conflict\r\nContent-Length: 9\r\n\r\n', 409, { kind: 'delivered' }],
    ['cut short, gone', 'HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\n', 410, { kind: 'disabled' }],
    ['cut short, failed', 'HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nx', 500, { kind: 'retry' }],
  ])('%s: the status is the outcome', async (_name, head, status, outcome) => {
    const { url, close } = await answering(head);
    const { eventId } = await setUp(url);
    expect(await deliver(eventId)).toMatchObject(outcome);
    expect((await attemptsOf(eventId))[0]).toMatchObject({
      responseStatus: status,
      error: expect.stringContaining('cut off'),
    });
    close();
  });
});

describe('a receiver that does not respond', () => {
  it('in full is given up after 15 seconds, also when it drips: its status counts; the activity heartbeats until then', {
    timeout: 40_000,
  }, async () => {
    const drips: NodeJS.Timeout[] = [];
    receiver.response = (_webhook, response) => {
      response.writeHead(200);
      drips.push(setInterval(() => response.write('.'), 500));
      return null;
    };
    const { eventId } = await setUp();
    const worker = new MockActivityEnvironment();
    let beats = 0;
    worker.on('heartbeat', () => {
      beats += 1;
    });
    const began = performance.now();
    expect(await worker.run(deliver, eventId)).toEqual({ kind: 'delivered' });
    expect(beats).toBeGreaterThanOrEqual(3);
    expect(performance.now() - began).toBeGreaterThan(14_000);
    for (const drip of drips) clearInterval(drip);
    expect((await attemptsOf(eventId))[0]).toMatchObject({
      responseStatus: 200,
      error: 'no complete answer within 15 s',
    });
  });

  it('that resets or rejects the connection is an outcome, not an error', async () => {
    const resetting: Server = createServer((socket) => socket.resetAndDestroy());
    await new Promise<void>((resolve) => resetting.listen(0, '127.0.0.1', resolve));
    const { port } = resetting.address() as AddressInfo;
    const reset = await setUp(`http://127.0.0.1:${port}/`);
    expect(await deliver(reset.eventId)).toMatchObject({ kind: 'retry' });
    await new Promise((resolve) => resetting.close(resolve));
    expect(await deliver(reset.eventId)).toMatchObject({ kind: 'retry' });
    const errors = (await attemptsOf(reset.eventId)).map(({ error }) => error);
    expect(errors).toEqual(['connection failed: ECONNRESET', 'connection failed: ECONNREFUSED']);
  });

  it('uses no more than its share of deliveries', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    receiver.response = (_webhook, response) => {
      void held.then(() => response.writeHead(200).end());
      return null;
    };
    const { store, eventId } = await setUp();
    const others = await Promise.all([setUpEvent(store), setUpEvent(store)]);
    const shared = activities();
    const inFlight = [eventId, others[0].eventId].map((id) =>
      shared.deliverWebhook({ eventId: id, attemptKey: 'a', nextPauseMs: 0 }),
    );
    await expect.poll(() => receiver.received.length, { timeout: 45_000 }).toBe(2);
    const third = { eventId: others[1].eventId, attemptKey: 'a', nextPauseMs: 0 };
    await expect(shared.deliverWebhook(third)).rejects.toMatchObject({ type: 'StoreBusy' });
    release();
    expect(await Promise.all(inFlight)).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    expect(await shared.deliverWebhook(third)).toEqual({ kind: 'delivered' });
  });
});

describe('redelivery by a person', () => {
  it('a failed redelivery keeps a delivered event delivered; an event never delivered becomes failed', async () => {
    const { eventId } = await setUp();
    await deliver(eventId);
    await requestRedelivery(orm.em, eventId);
    receiver.response = () => ({ status: 500 });
    expect(await deliver(eventId)).toMatchObject({ kind: 'retry' });
    expect(await eventOf(eventId)).toMatchObject({ state: 'pending' });
    expect(await deliver(eventId, {}, null)).toEqual({ kind: 'failed' });
    expect(await eventOf(eventId)).toMatchObject({ state: 'delivered', nextAttemptAt: null });
    expect(await attemptsOf(eventId)).toHaveLength(3);

    const { eventId: never } = await setUp();
    await deliver(never, {}, null);
    expect(await eventOf(never)).toMatchObject({ state: 'failed' });
  });

  it('queues one more delivery of an event in any state', async () => {
    const { eventId } = await setUp();
    await deliver(eventId);
    await requestRedelivery(orm.em, eventId);
    expect((await eventOf(eventId)).state).toBe('pending');
    const rows = await orm.em.fork().find(Dispatch, { kind: 'start_webhook', subjectId: eventId });
    expect(rows.map(({ data }) => data)).toEqual([{ redeliver: true }]);
    await expect(requestRedelivery(orm.em, 'evt_none')).rejects.toMatchObject({ code: 'webhook_not_found' });
  });
});
