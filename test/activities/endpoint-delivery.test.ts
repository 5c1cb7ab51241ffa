// Deliveries to webhook endpoints: which events go where, the endpoint's own signature, retries, 410, and what stops.
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { DUE_AT_ONCE, readOrderDue } from '#db/delivery/order-deliveries.ts';
import { readWaiting } from '#db/dispatch/waiting-deliveries.ts';
import { beginEndpointAttempt, recordEndpointAttempt } from '#db/endpoints/endpoint-delivery.ts';
import { endpointDeliveries } from '#db/endpoints/endpoint-list.ts';
import { deleteEndpoint, updateEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { Dispatch } from '#db/entities/intent.entity.ts';
import { EndpointAttempt, EndpointDelivery, WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { makeIntent, makeStore, makeWebhookEvent, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { isSigned } from '#test/support/receiver.ts';
import { deliver, deliverOnceMore, endpointBy, orm, receiver, withEndpoints } from './endpoint-stage.ts';

withEndpoints();

const ACTOR = { kind: 'api_key', id: 'st_test', email: null } as const;
const endpoint = endpointBy(ACTOR);

const canceled = async (store: TestStore, actor: 'workflow' | 'operator' = 'workflow'): Promise<IntentId> => {
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await changeIntent(orm.em.fork(), { intentId, actor, to: -4 });
  return intentId;
};
const dueOf = async (intentId: IntentId) =>
  (await readOrderDue(orm.em, intentId)).due.filter(({ kind }) => kind === 'webhook');
const deliveriesOf = (intentId: IntentId) =>
  orm.em.fork().find(EndpointDelivery, { intent: intentId }, { populate: ['event'], orderBy: { id: 'asc' } });

/** Somebody gets the e-mails of the store. */
const hearing = (store: TestStore) =>
  orm.em.fork().execute(`update store set notification_emails = '{ops@shop.example}' where id = ?`, [store.storeId]);
const mailsOf = async (store: TestStore) =>
  await orm.em
    .fork()
    .execute<{ kind: string; data: { url: string; endpointId?: string } }[]>(
      `select kind, data from email_message where store_id = ? order by created_at, id`,
      [store.storeId],
    );

const recordGone = (eventId: string, url: string) =>
  recordEndpointAttempt(orm.em, {
    ...{ eventId, attemptKey: 'gone', url, startedAt: new Date(), durationMs: 1, responseStatus: 410 },
    ...{ responseExcerpt: null, error: null, requestHeaders: {}, state: 'disabled', nextAttemptAt: null },
  });

test('an event goes to each endpoint that asks for it, once, and to no other', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { endpoint: first, secret } = await endpoint(store, '/one');
  await endpoint(store, '/two');
  await endpoint(store, '/other', { eventTypes: ['checkout_intent.seen'] });
  await endpoint(store, '/off', { enabled: false });
  await endpoint(await makeStore(orm.em, receiver.url), '/stranger');
  const intentId = await canceled(store);
  await changeIntent(orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
  const due = await dueOf(intentId);
  expect(due).toHaveLength(2);
  for (const { id } of due) expect(await deliver(id)).toEqual({ kind: 'delivered' });
  expect(receiver.received.map(({ target }) => target).toSorted()).toEqual(
    ['/one', '/two'].map((path) => new URL(receiver.url + path).pathname),
  );
  const [delivery] = await deliveriesOf(intentId);
  const webhook = receiver.received.find(({ target }) => target.endsWith('/one'));
  if (!webhook || !delivery) throw new Error('nothing was received');
  const { event } = delivery;
  expect(webhook.body).toBe(event?.body);
  expect(webhook.headers).toMatchObject({ 'x-api-key': first.id, 'x-webhook-id': event?.id });
  expect(JSON.parse(webhook.body)).toMatchObject({ webhook_id: event?.id, status: -4 });
  expect(isSigned(webhook, secret)).toBe(true);
  expect(isSigned(webhook, store.apiSecret)).toBe(false);
  expect(await dueOf(intentId)).toEqual([]);
});

test('the event of a confirmed payment never goes to an endpoint, and notices never go to the store’s URL', async () => {
  const store = await makeStore(orm.em, `${receiver.url}/contract`);
  await endpoint(store, '/notices');
  const intentId = await canceled(store);
  const eventId = await makeWebhookEvent(orm.em, intentId);
  const due = await dueOf(intentId);
  for (const { id } of [...due, { id: eventId }]) await deliver(id);
  const types = receiver.received.map(({ target, body }) => [target.split('/').at(-1), JSON.parse(body).event_type]);
  expect(types.filter(([path]) => path === 'notices')).toEqual([['notices', 'checkout_intent.canceled']]);
  expect(types.filter(([path]) => path === 'contract')).toHaveLength(1);
  expect(types.filter(([path]) => path === 'contract')[0]?.[1]).not.toBe('checkout_intent.canceled');
});

test('what wakes the workflow: a person’s change does, the workflow’s own does not', async () => {
  const store = await makeStore(orm.em, receiver.url);
  await endpoint(store, '/x');
  const signals = (intentId: IntentId) =>
    orm.em
      .fork()
      .count(Dispatch, { subjectId: intentId, kind: 'signal_intent', dedupeKey: { $like: 'deliver:whd_%' } });
  expect(await signals(await canceled(store))).toBe(0);
  expect(await signals(await canceled(store, 'operator'))).toBe(1);
});

test('an event for several endpoints wakes its order once', async () => {
  const store = await makeStore(orm.em, receiver.url);
  for (const path of ['/1', '/2', '/3']) await endpoint(store, path);
  const intentId = await canceled(store, 'operator');
  expect(await dueOf(intentId)).toHaveLength(3);
  const signals = await orm.em.fork().find(Dispatch, { subjectId: intentId, kind: 'signal_intent' });
  expect(signals.filter(({ data }) => data.signal === 'deliveriesDue')).toHaveLength(1);
});

/** Deliveries of more events of an order. */
const deliveriesTo = (intentId: IntentId, endpointId: string, count: number, createdAt: string) =>
  orm.em.fork().execute(
    `with events as (
       insert into order_event (id, store_id, intent_id, event_type, body)
       select 'evt_' || gen_random_uuid(), store_id, id, 'checkout_intent.seen', '{}' from checkout_intent, generate_series(1, ?) where id = ?
       returning id, intent_id)
     insert into endpoint_delivery (id, event_id, endpoint_id, intent_id, own_workflow, created_at)
     select 'whd_' || gen_random_uuid(), id, ?, intent_id, false, now() - ?::interval from events`,
    [count, intentId, endpointId, createdAt],
  );

test('a reading takes a part of what is due, every receiver gets a turn, and the rest is read afterwards', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const [dead, live] = [await endpoint(store, '/dead'), await endpoint(store, '/live')];
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await deliveriesTo(intentId, dead.endpoint.id, 250, '2 minutes');
  await deliveriesTo(intentId, live.endpoint.id, 30, '1 minute');
  const eventId = await makeWebhookEvent(orm.em, intentId);
  await orm.em.fork().execute('update webhook_event set own_workflow = false where id = ?', [eventId]);
  const rest = () => orm.em.fork().find(Dispatch, { subjectId: intentId, dedupeKey: { $like: 'rest:%' } });
  const due = await dueOf(intentId);
  expect(due).toHaveLength(DUE_AT_ONCE);
  const ids = due.map(({ id }) => id);
  expect(ids).toContain(eventId);
  const toLive = await orm.em.fork().count(EndpointDelivery, { id: { $in: ids }, endpoint: live.endpoint.id });
  expect(toLive).toBe(30);
  const [signal] = await rest();
  expect(signal).toMatchObject({ kind: 'signal_intent', data: { signal: 'deliveriesDue' }, doneAt: null });

  // What pauses has a branch, and gives way to what has none.
  const read = new Set(ids);
  for (let reading = 0; reading < 2; reading += 1) {
    await orm.em
      .fork()
      .execute(
        `update endpoint_delivery set next_attempt_at = now() + interval '1 hour' where id = any(string_to_array(?, ','))`,
        [[...read].join(',')],
      );
    for (const { id } of await dueOf(intentId)) read.add(id);
  }
  expect(read.size).toBe(281);
  await orm.em
    .fork()
    .execute(`update endpoint_delivery set next_attempt_at = now() + interval '1 hour' where intent_id = ?`, [
      intentId,
    ]);
  await orm.em.fork().nativeDelete(Dispatch, { subjectId: intentId });
  expect(await dueOf(intentId)).toHaveLength(DUE_AT_ONCE);
  expect(await rest()).toEqual([]);
});

test('an order of an older release has a workflow for each delivery', async () => {
  const store = await makeStore(orm.em, receiver.url);
  await endpoint(store, '/x');
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await orm.em.fork().execute('update checkout_intent set one_workflow = false where id = ?', [intentId]);
  await changeIntent(orm.em.fork(), { intentId, actor: 'workflow', to: -4 });
  const [delivery] = await deliveriesOf(intentId);
  expect(delivery?.ownWorkflow).toBe(true);
  expect(await orm.em.fork().count(Dispatch, { kind: 'start_webhook', subjectId: delivery?.id ?? '' })).toBe(1);
  expect(await dueOf(intentId)).toEqual([]);
  await orm.em
    .fork()
    .execute(`update endpoint_delivery set created_at = now() - interval '1 hour' where id = ?`, [delivery?.id ?? '']);
  expect((await readWaiting(orm.em, 'endpoints', null, 100, 60)).waiting.map(({ id }) => id)).toContain(delivery?.id);
});

test('a failure is retried with a new signature, and a repeated activity sends nothing', async () => {
  const store = await makeStore(orm.em, receiver.url);
  await endpoint(store, '/x');
  const [due] = await dueOf(await canceled(store));
  const id = due?.id ?? '';
  receiver.response = () => ({ status: 500 });
  expect(await deliver(id)).toMatchObject({ kind: 'retry' });
  expect(await deliverOnceMore(id)).toMatchObject({ kind: 'retry' });
  expect(receiver.received).toHaveLength(1);
  expect(await deliver(id, null)).toEqual({ kind: 'failed' });
  expect(new Set(receiver.received.map(({ headers }) => headers['x-webhook-nonce'])).size).toBe(2);
  const rows = await orm.em.fork().find(EndpointAttempt, { delivery: id });
  expect(rows).toMatchObject([{ responseStatus: 500 }, { responseStatus: 500 }]);
});

test('a dead endpoint holds up neither another one nor the store’s payments', async () => {
  const store = await makeStore(orm.em, `${receiver.url}/contract`);
  const dead = await endpoint(store, '/dead');
  const live = await endpoint(store, '/live');
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await deliveriesTo(intentId, dead.endpoint.id, 3, '2 minutes');
  await deliveriesTo(intentId, live.endpoint.id, 1, '1 minute');
  const payment = await makeWebhookEvent(orm.em, intentId);
  const ids = async (endpointId: string) =>
    (await orm.em.fork().find(EndpointDelivery, { endpoint: endpointId })).map(({ id }) => id);
  const [first, second, third] = await ids(dead.endpoint.id);
  const [toLive] = await ids(live.endpoint.id);
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  receiver.response = ({ target }, response) => {
    if (!target.endsWith('/dead')) return { status: 200 };
    void held.then(() => response.writeHead(200).end());
    return null;
  };
  const { deliverWebhook } = createWebhookActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    allowedRanges: ['127.0.0.0/8', '::1/128'],
    requireHttps: false,
    maxInFlightPerStore: 2,
    maxInFlightPerEndpoint: 2,
  });
  const send = (id = '') =>
    new MockActivityEnvironment().run(deliverWebhook, { eventId: id, attemptKey: 'held', nextPauseMs: 0 });
  const inFlight = [send(first), send(second)];
  await expect.poll(() => receiver.received.length, { timeout: 45_000 }).toBe(2);
  await expect(send(third)).rejects.toMatchObject({ type: 'StoreBusy' });
  expect(await send(toLive)).toEqual({ kind: 'delivered' });
  expect(await send(payment)).toEqual({ kind: 'delivered' });
  release();
  expect(await Promise.all(inFlight)).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
});

test('410 stops the endpoint; enabling it or another URL brings it back', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const { endpoint: made } = await endpoint(store, '/gone');
  const [due] = await dueOf(await canceled(store));
  receiver.response = () => ({ status: 410 });
  expect(await deliver(due?.id ?? '')).toEqual({ kind: 'disabled' });
  const read = () => orm.em.fork().findOneOrFail(WebhookEndpoint, made.id);
  expect(await read()).toMatchObject({ enabled: false, goneAt: expect.any(Date) });
  expect(await dueOf(await canceled(store))).toEqual([]);
  const same = { url: made.url, eventTypes: ['checkout_intent.canceled', 'checkout_intent.late'] } as const;
  await updateEndpoint(orm.em, store.storeId, made.id, same, ACTOR);
  expect(await read()).toMatchObject({ enabled: false, goneAt: expect.any(Date) });
  const moved = `${receiver.url}/moved`;
  await updateEndpoint(orm.em, store.storeId, made.id, { url: moved }, ACTOR);
  expect(await read()).toMatchObject({ enabled: false, goneAt: null });
  await updateEndpoint(orm.em, store.storeId, made.id, { enabled: true }, ACTOR);
  expect(await read()).toMatchObject({ enabled: true, goneAt: null });
  expect(await dueOf(await canceled(store))).toHaveLength(1);
});

test('410 is told once: in the audit log, and by e-mail with the endpoint’s URL', async () => {
  const store = await makeStore(orm.em, receiver.url);
  await hearing(store);
  const { endpoint: made } = await endpoint(store, '/gone');
  const due = [...(await dueOf(await canceled(store))), ...(await dueOf(await canceled(store)))];
  expect(due).toHaveLength(2);
  receiver.response = () => ({ status: 410 });
  // Both were read before the first stopped it.
  const read = await Promise.all(due.map(({ id }) => beginEndpointAttempt(orm.em, id, 'one')));
  expect(read.map((begun) => begun?.delivery.url)).toEqual([made.url, made.url]);
  for (const { id } of due) await recordGone(id, made.url);
  expect(await mailsOf(store)).toEqual([{ kind: 'receiver_disabled', data: { url: made.url, endpointId: made.id } }]);
  const acts = await orm.em
    .fork()
    .execute(`select actor_kind, store_id, data from audit_entry where subject_id = ? and action = 'endpoint.gone'`, [
      made.id,
    ]);
  expect(acts).toEqual([{ actor_kind: 'system', store_id: store.storeId, data: { url: made.url } }]);

  // A 410 of an URL that is no longer its own stops nothing.
  const { endpoint: other } = await endpoint(store, '/moved');
  const [late] = await dueOf(await canceled(store));
  await updateEndpoint(orm.em, store.storeId, other.id, { url: `${receiver.url}/new` }, ACTOR);
  await recordGone(late?.id ?? '', other.url);
  expect(await mailsOf(store)).toHaveLength(1);
  expect(await orm.em.fork().findOneOrFail(WebhookEndpoint, other.id)).toMatchObject({ enabled: true, goneAt: null });
});

test('a failing endpoint and the failing webhook URL of its store are told apart', async () => {
  const store = await makeStore(orm.em, `${receiver.url}/contract`);
  await hearing(store);
  const { endpoint: made } = await endpoint(store, '/notices');
  await endpoint(store, '/more');
  receiver.response = () => ({ status: 500 });
  const intentId = await canceled(store);
  for (const { id } of await dueOf(intentId)) await deliver(id, null);
  await deliver(await makeWebhookEvent(orm.em, intentId), null);
  await deliver((await dueOf(await canceled(store)))[0]?.id ?? '', null);
  const mails = await mailsOf(store);
  expect(mails.map(({ kind }) => kind)).toEqual(Array(3).fill('receiver_failing'));
  const urls = mails.map(({ data }) => data.url);
  expect(urls.toSorted()).toEqual(['/contract', '/more', '/notices'].map((path) => receiver.url + path));
  expect(mails.find(({ data }) => data.url === made.url)?.data).toMatchObject({ endpointId: made.id });
  expect(mails.find(({ data }) => data.url === `${receiver.url}/contract`)?.data).not.toHaveProperty('endpointId');
});

test('a deleted or stopped endpoint gets nothing that waited', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const [one, two] = [await endpoint(store, '/deleted'), await endpoint(store, '/stopped')];
  const due = await dueOf(await canceled(store));
  await deleteEndpoint(orm.em, store.storeId, one.endpoint.id, ACTOR);
  await updateEndpoint(orm.em, store.storeId, two.endpoint.id, { enabled: false }, ACTOR);
  for (const { id } of due) expect(await deliver(id)).toEqual({ kind: 'disabled' });
  expect(receiver.received).toEqual([]);
});

test('the newest deliveries of all endpoints, deleted ones included; attempts are read of those only', async () => {
  const store = await makeStore(orm.em, receiver.url);
  const [one, two] = [await endpoint(store, '/one'), await endpoint(store, '/two')];
  const intentId = await makeIntent(orm.em, store, { queued: false });
  await deliveriesTo(intentId, one.endpoint.id, 200, '3 minutes');
  await deliveriesTo(intentId, two.endpoint.id, 200, '2 minutes');
  await deliveriesTo(intentId, one.endpoint.id, 5, '1 minute');
  await orm.em.fork().execute(
    `insert into endpoint_attempt (delivery_id, attempt_key, url, started_at, duration_ms, response_status)
     select id, n::text, 'https://shop.example', now(), 1, 500 + n from endpoint_delivery, generate_series(1, 2) n where intent_id = ?`,
    [intentId],
  );
  await deleteEndpoint(orm.em, store.storeId, two.endpoint.id, ACTOR);
  const all = { endpointId: null, state: null, limit: 20 };
  const listed = (filter: Partial<Parameters<typeof endpointDeliveries>[2]>) =>
    endpointDeliveries(orm.em.fork(), store.storeId, { ...all, after: null, ...filter });
  const query = listed({});
  const rows = await query.execute();
  expect(rows.map(({ url }) => url.split('/').at(-1))).toEqual([...Array(5).fill('one'), ...Array(15).fill('two')]);
  expect(rows[0]).toMatchObject({ attempts: 2, lastStatus: 502, lastError: null, intentId });
  const plan = JSON.stringify(await query.explain('json', sql`analyze`));
  const scans = [...plan.matchAll(/"Relation Name":"endpoint_attempt".*?"Actual Loops":(\d+)/g)].map(([, n]) =>
    Number(n),
  );
  expect(scans).toEqual([20]);
  // Over all endpoints the pages meet at their ends, in one order.
  const next = await listed({ after: rows.at(-1)?.id ?? null, limit: 400 }).execute();
  expect(next).toHaveLength(405 - 20);
  const whole = await listed({ limit: 1_000 }).execute();
  expect(whole.map(({ id }) => id)).toEqual([...rows, ...next].map(({ id }) => id));
  await orm.em.fork().execute("update endpoint_delivery set state = 'failed' where id = ?", [whole[250]?.id ?? '']);
  const failed = await listed({ state: 'failed' }).execute();
  expect(failed.map(({ id }) => id)).toEqual([whole[250]?.id]);
});
