// The lines that web and worker write about one order name it alike, so that a person finds all of them by one id, and its request by the
// request's id. None holds a secret, an e-mail address, or what a database's error quotes.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { DefaultLogger } from '@temporalio/worker';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { FEE_RECEIVER, PUBLIC_URL } from '#test/api/api-server.ts';
import { type ApiResponse, call } from '#test/api/signed-client.ts';
import { findLeaks } from '#test/e2e/support/leaks.ts';
import { asOwner } from '#test/support/database.ts';
import { makeStore, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { keepLines, type Line } from '#test/support/kept-lines.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { logLines, withOrder } from '#tracing/log-lines.ts';
import { traceIdOf } from '#tracing/order-trace.ts';
import { createServer } from '#web/create-server.ts';
import { sdkLines } from '#worker/temporal-runtime.ts';
import { intentWorkflowId } from '#workflows/messages.ts';

const web = keepLines();
const worker = keepLines();
const workerLog = pino({ ...logLines, level: 'trace' }, worker.stream);
let receiver: TestReceiver;
let system: PaymentSystem;
let app: Awaited<ReturnType<typeof createServer>>;
let store: TestStore;
beforeAll(async () => {
  receiver = await startReceiver();
  system = await startPaymentSystem({ logger: workerLog });
  await storeStaticRates(system.em);
  store = await makeStore(system.em, receiver.url);
  app = await createServer({
    ...{ orm: system.orm, masterKeys: TEST_MASTER_KEYS, publicUrl: PUBLIC_URL, pages: null, feeReceiver: FEE_RECEIVER },
    ...{ chains: [chainById(31337), chainById(31338)], logger: { level: 'trace', stream: web.stream } },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app?.close();
  await system?.stop();
  await receiver?.stop();
});

const ask = (method: 'GET' | 'POST', target: string, body?: object): Promise<ApiResponse> =>
  call(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, store, {
    ...{ method, target, body: body ? JSON.stringify(body) : '' },
  });

const EMAIL = 'anna.lee@mail.example';

test('from the create to the webhook, lines have intent, order and trace; those of a request its id as well', async () => {
  const attempts = [503, 200];
  receiver.response = () => ({ status: attempts.shift() ?? 200 });
  const created = await ask('POST', '/v1/checkout_intents/', {
    ...{ stable_coin: 1, amount_cents: 1_000, order_id: `No 7/${EMAIL}`, user_name: EMAIL, extra: { email: EMAIL } },
  });
  expect(created.json.code).toBe(0);
  const intentId = created.json.payload.allscale_checkout_intent_id as IntentId;
  await system.untilStarted(intentId);
  await system.pay(intentId);
  await system.untilStatus(intentId, IntentStatus.CONFIRMED);
  await (await system.handleOf(intentId)).result();
  const read = await ask('GET', `/v1/checkout_intents/${intentId}`);
  const status = await ask('GET', `/v1/checkout_intents/${intentId}/status`);
  const missing = await ask('GET', `/v1/checkout_intents/${intentId}/nothing`);

  const order = { intent: intentId, order: 'No-7-anna.lee', trace_id: traceIdOf(intentId) };
  const ofRequest = (response: ApiResponse): Line[] =>
    web.lines.filter(({ request_id: id }) => id === response.headers['x-request-id']);
  // The create: the order exists only at its end, in the line of the response.
  expect(ofRequest(created)).toMatchObject([{ ...order, method: 'POST', status: 200 }]);
  expect(ofRequest(read)).toMatchObject([{ ...order, method: 'GET', status: 200 }]);
  // Nothing but the status was read.
  for (const response of [status, missing]) {
    expect(ofRequest(response)).toMatchObject([{ intent: intentId, trace_id: order.trace_id }]);
  }

  const ended = worker.lines.filter(({ msg }) => msg === 'activity ended');
  expect(ended.length).toBeGreaterThan(2);
  for (const line of ended) expect(line).toMatchObject({ ...order, level: 30, attempt: 1, ms: expect.any(Number) });
  const outcomes = (name: string) => ended.filter(({ activity }) => activity === name).map(({ outcome }) => outcome);
  expect(outcomes('deliverWebhook')).toEqual(['retry', 'delivered']);
  expect(outcomes('assessOrder').length).toBeGreaterThan(0);

  const text = web.text() + worker.text();
  expect(findLeaks([{ name: 'the log', text }], { 'API secret': store.apiSecret, 'e-mail address': EMAIL })).toEqual(
    [],
  );
  expect(text).not.toMatch(/[\w.+-]@[\w-]+\.\w/);
  // Each member once: a reader of JSON keeps only one of two.
  for (const line of text.split('\n').filter(Boolean)) {
    for (const name of ['intent', 'order', 'trace_id', 'request_id']) {
      expect(line.split(`"${name}":`).length, line).toBeLessThanOrEqual(2);
    }
  }
});

test('a row that Temporal does not take, and an activity that failed, are lines of their order', async () => {
  const id = await system.startedIntent(store, { orderId: 'T-2' });
  const order = { intent: id, order: 'T-2', trace_id: traceIdOf(id) };
  await system.em.execute(
    `insert into dispatch (kind, subject_id, dedupe_key, data) values ('signal_intent', ?, ?, '{"signal":"unknown"}')`,
    [id, randomBytes(8).toString('hex')],
  );
  await system.em.execute("select pg_notify('dispatch_added', '')");
  await expect
    .poll(() => worker.lines.find(({ msg, intent }) => msg === 'dispatch failed' && intent === id))
    .toMatchObject({ ...order, level: 40, kind: 'signal_intent' });

  // The SDK writes the line itself, later and elsewhere: the workflow's id tells.
  const workflowId = intentWorkflowId({ id, orderId: 'T-2', oneWorkflow: true });
  const sdk = new DefaultLogger('WARN', sdkLines(workerLog));
  const taskToken = Buffer.from(`${workflowId} 1`).toString('base64');
  sdk.warn('Activity failed', { workflowId, activityType: 'sendEmail', taskToken, error: new Error('no reply') });
  sdk.warn('Activity failed', { workflowId: 'email-ema_1', activityType: 'sendEmail', error: new Error('no reply') });
  const failed = worker.lines.filter(({ msg }) => msg === 'Activity failed');
  expect(failed).toMatchObject([
    { ...order, err: { type: 'Error', message: 'no reply' }, activityType: 'sendEmail' },
    { workflowId: 'email-ema_1', err: { message: 'no reply' } },
  ]);
  expect(failed[1]).not.toHaveProperty('intent');
  // Who has it may end the task.
  expect(worker.text()).not.toContain(taskToken);
});

test('a line about another order than the one that is worked on names that one only', async () => {
  const [mine, other] = [await system.startedIntent(store), await system.startedIntent(store)];
  const log = keepLines();
  const logger = pino(logLines, log.stream);
  await withOrder({ id: mine, orderId: 'mine' }, async () => {
    await Promise.resolve();
    logger.info('plain');
    logger.info({ intent: mine, chainId: 1 }, 'the same');
    logger.info({ intent: other }, 'another');
  });
  logger.info({ intent: other }, 'outside');
  logger.info('nothing');
  const facts = log.lines.map(({ intent, order, trace_id: traceId }) => [intent, order, traceId]);
  expect(facts).toEqual([
    [mine, 'mine', traceIdOf(mine)],
    [mine, 'mine', traceIdOf(mine)],
    [other, undefined, traceIdOf(other)],
    [other, undefined, traceIdOf(other)],
    [undefined, undefined, undefined],
  ]);
});

test('an error has kind, place, code and constraint, and nothing of the row that it is about', async () => {
  await asOwner(
    system.databaseUrl,
    'create table person (email text primary key, secret text, age int check (age > 0)); grant insert, select on person to public',
  );
  const errors = [
    `insert into person values ('${EMAIL}', 'sk_1234567890', 1), ('${EMAIL}', 'sk_1234567890', 1)`,
    `insert into person values ('${EMAIL}', 'sk_1234567890', -1)`,
    `insert into person values (null, '${EMAIL}', 1)`,
  ].map((sql) => system.em.execute(sql).catch((error: unknown) => error as Error));
  const [unique, check, missing] = await Promise.all(errors);
  const log = keepLines();
  const logger = pino(logLines, log.stream);
  logger.error({ err: unique }, 'one');
  logger.error(check as Error, 'two');
  logger.error(
    { err: new AggregateError([missing, Object.assign(new Error('sent'), { body: EMAIL })], 'many') },
    'three',
  );
  logger.error({ err: new Error('outer', { cause: unique }) }, 'four');
  expect(log.lines).toMatchObject([
    { msg: 'one', err: { type: 'UniqueConstraintViolationException', code: '23505', constraint: 'person_pkey' } },
    { msg: 'two', err: { code: '23514', constraint: 'person_age_check', table: 'person' } },
    { msg: 'three', err: { message: 'many', aggregateErrors: [{ code: '23502' }, { message: 'sent' }] } },
    { msg: 'four', err: { message: expect.stringContaining('outer: ') } },
  ]);
  for (const { err } of log.lines) expect(err).toHaveProperty('stack', expect.stringContaining('order-logs.test.ts'));
  expect(log.text()).not.toContain(EMAIL);
  expect(log.text()).not.toContain('sk_1234567890');
});
