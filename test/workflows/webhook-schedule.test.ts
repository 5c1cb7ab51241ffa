// The delivery schedule over days, and a lost task, on the time-skipping server with a real receiver.
import { randomBytes } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeIntent, makeStore, makeWebhookEvent, TEST_MASTER_KEYS } from '#test/support/intents.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createTimeSkippingEnvironment } from '#test/support/temporal.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { redeliver, WorkflowType, webhookWorkflowId } from '#workflows/messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAUSES = [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
let environment: TestWorkflowEnvironment;
let database: TestDatabase;
let orm: Orm;
let receiver: TestReceiver;
let taskQueue: string;
let worker: Worker;
let running: Promise<void>;

const activities = () =>
  createWebhookActivities({
    em: orm.em,
    masterKeys: TEST_MASTER_KEYS,
    allowedRanges: ['127.0.0.0/8'],
    requireHttps: false,
    maxInFlightPerStore: 4,
    maxInFlightPerEndpoint: 4,
  });

beforeAll(async () => {
  installQuietRuntime();
  [environment, database, receiver] = await Promise.all([
    createTimeSkippingEnvironment(),
    createTestDatabase(),
    startReceiver(),
  ]);
  orm = await openOrm({ databaseUrl: database.url });
  taskQueue = `schedule-${randomBytes(4).toString('hex')}`;
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await cachedBundle(),
    activities: activities(),
    shutdownGraceTime: 0,
  });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await environment?.teardown();
  await receiver?.stop();
  await orm?.close();
  await database?.drop();
});

const start = async (queue = taskQueue) => {
  const store = await makeStore(orm.em, receiver.url);
  const eventId = await makeWebhookEvent(orm.em, await makeIntent(orm.em, store, { queued: false }));
  const handle = await environment.client.workflow.start(WorkflowType.webhookDelivery, {
    workflowId: webhookWorkflowId(eventId),
    taskQueue: queue,
    args: [{ eventId }],
  });
  return { eventId, handle };
};

/** When the deliveries of a run were scheduled, in the server's time (ms). */
const attemptTimes = async (handle: Awaited<ReturnType<typeof start>>['handle']): Promise<number[]> => {
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes)
    .map(({ eventTime }) => Number(eventTime?.seconds) * 1000 + Number(eventTime?.nanos) / 1e6);
};

describe('the delivery schedule', () => {
  it('tries ten times over three days, with each pause within 20 % of its figure, then fails', async () => {
    receiver.response = () => ({ status: 500 });
    const { eventId, handle } = await start();
    expect(await handle.result()).toBe('failed');
    const times = await attemptTimes(handle);
    expect(times).toHaveLength(10);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, pause] of pauses.entries()) {
      const wanted = PAUSES[index] ?? 0;
      expect(pause).toBeGreaterThanOrEqual(wanted * 0.8);
      // A few seconds for the attempts themselves.
      expect(pause).toBeLessThanOrEqual(wanted * 1.2 + 5_000);
    }
    const em = orm.em.fork();
    expect(await em.count(WebhookAttempt, { event: eventId })).toBe(10);
    expect(await em.findOneOrFail(WebhookEvent, eventId)).toMatchObject({ state: 'failed', nextAttemptAt: null });
  });

  it('respects Retry-After up to an hour', async () => {
    let calls = 0;
    receiver.response = () => {
      calls += 1;
      if (calls === 1) return { status: 429, headers: { 'Retry-After': '600' } };
      return calls === 2 ? { status: 503, headers: { 'Retry-After': '86400' } } : { status: 200 };
    };
    const { handle } = await start();
    expect(await handle.result()).toBe('delivered');
    const [first, second, third] = await attemptTimes(handle);
    const pauses = [(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)];
    expect(pauses[0]).toBeGreaterThanOrEqual(600_000);
    expect(pauses[0]).toBeLessThan(610_000);
    expect(pauses[1]).toBeGreaterThanOrEqual(HOUR);
    expect(pauses[1]).toBeLessThan(HOUR + 10_000);
  });

  it('delivers immediately on demand and otherwise keeps its schedule', async () => {
    receiver.response = () => ({ status: 500 });
    const { eventId, handle } = await start();
    await environment.sleep(10 * MINUTE); // Attempts at 0, 5 s and 5 min have failed; the next is due after half an hour.
    receiver.response = () => ({ status: 204 });
    await handle.signal(redeliver);
    expect(await handle.result()).toBe('delivered');
    const times = await attemptTimes(handle);
    expect(times).toHaveLength(4);
    expect((times[3] ?? 0) - (times[2] ?? 0)).toBeLessThan(15 * MINUTE);
    const attempts = await orm.em.fork().find(WebhookAttempt, { event: eventId }, { orderBy: { id: 'asc' } });
    expect(attempts.map(({ responseStatus }) => responseStatus)).toEqual([500, 500, 500, 204]);
  });
});

it('a task that was taken and never worked on is retried within seconds, and once', async () => {
  receiver.received.length = 0;
  receiver.response = () => ({ status: 200 });
  const queue = `lost-${randomBytes(4).toString('hex')}`;
  const shared = { connection: environment.nativeConnection, taskQueue: queue, shutdownGraceTime: 0 };
  const decides = await Worker.create({ ...shared, workflowBundle: await cachedBundle() });
  await decides.runUntil(async () => {
    const { eventId, handle } = await start(queue);
    // Like a worker killed while it holds the task, or a busy server that drops a task it has recorded as started.
    const lost = await environment.connection.workflowService.pollActivityTaskQueue({
      namespace: 'default',
      identity: 'nobody',
      taskQueue: { name: queue },
    });
    expect(lost).toMatchObject({ activityType: { name: 'deliverWebhook' }, attempt: 1 });
    const delivers = await Worker.create({ ...shared, activities: activities() });
    await delivers.runUntil(async () => {
      // The server's clock stands still for a task that it believes to be running. A sleep during the wait for a result
      // still moves it.
      const [outcome] = await Promise.all([handle.result(), environment.sleep('15 seconds')]);
      expect(outcome).toBe('delivered');
    });
    expect(receiver.received.map(({ headers }) => headers['x-webhook-id'])).toEqual([eventId]);
    const { events = [] } = await handle.fetchHistory();
    const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
    const started = events?.find((event) => event.activityTaskStartedEventAttributes);
    expect(started?.activityTaskStartedEventAttributes?.attempt).toBe(2);
    // The heartbeat timeout caused the retry; otherwise it would have been the activity's own limit of 40 s.
    const missedAfter = Number(scheduled?.activityTaskScheduledEventAttributes?.heartbeatTimeout?.seconds);
    expect(missedAfter).toBeGreaterThan(0);
    expect(missedAfter).toBeLessThanOrEqual(10);
  });
});
