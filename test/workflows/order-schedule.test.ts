// The deliveries of an order over days, on the time-skipping server: the schedule of its webhooks, and a run that continues another.
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebhookAttempt, WebhookEvent } from '#db/entities/delivery.entity.ts';
import type { Orm } from '#db/orm.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { makeIntent, makeStore, makeWebhookEvent, type TestStore } from '#test/support/intents.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import type { TestReceiver } from '#test/support/receiver.ts';
import { type SkippingOrders, startSkippingOrders } from '#test/support/skipping-orders.ts';
import { CheckoutAttention, CheckoutWaitingFor, deliveriesDue, type WebhookPosition } from '#workflows/messages.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LATE = [30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const PAUSES = [5 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE, ...LATE];
let system: SkippingOrders;
let environment: TestWorkflowEnvironment;
let orm: Orm;
let receiver: TestReceiver;
let store: TestStore;

beforeAll(async () => {
  installQuietRuntime();
  system = await startSkippingOrders();
  ({ environment, orm, receiver } = system);
});
afterAll(() => system?.stop());
beforeEach(async () => {
  store = await makeStore(orm.em, receiver.url);
  receiver.response = () => ({ status: 404 });
});

const start = async (webhooks?: (eventId: string) => WebhookPosition[]) => {
  const intentId = await makeIntent(orm.em, store, { queued: false, status: IntentStatus.TIMEOUT });
  const eventId = await makeWebhookEvent(orm.em, intentId, { ownWorkflow: false });
  const more = webhooks ? { webhooks: webhooks(eventId) } : {};
  return { handle: await system.start(intentId, store.storeId, more), eventId };
};
const attempts = (eventId: string): Promise<number> => orm.em.fork().count(WebhookAttempt, { event: eventId });
const untilAttempts = (eventId: string, count: number) =>
  waitFor(async () => (await attempts(eventId)) === count, { what: `attempt ${count}`, timeoutMs: 30_000 });

/** When the deliveries of a run were scheduled, in the server's time (ms). */
const attemptTimes = async (handle: WorkflowHandle): Promise<number[]> => {
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .filter(({ activityTaskScheduledEventAttributes: task }) => task?.activityType?.name === 'deliverWebhook')
    .map(({ eventTime }) => Number(eventTime?.seconds) * 1000 + Number(eventTime?.nanos) / 1e6);
};

it('tries four times in the first two minutes and over more than 75 hours in all, then fails, and the order ends', async () => {
  const { handle, eventId } = await start();
  for (const [index, pause] of PAUSES.entries()) {
    await untilAttempts(eventId, index + 1);
    // A reading meanwhile starts no second branch.
    if (index === 2) await handle.signal(deliveriesDue);
    await environment.sleep(pause * 1.2);
  }
  await untilAttempts(eventId, PAUSES.length + 1);
  expect(await handle.result()).toBe('TIMEOUT');
  const times = await attemptTimes(handle);
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(pauses).toHaveLength(PAUSES.length);
  for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual((PAUSES[index] ?? 0) * 0.8);
  expect(times.filter((time) => time - (times[0] ?? 0) < 2.5 * MINUTE)).toHaveLength(4);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(60 * HOUR);
  expect(PAUSES.reduce((sum, pause) => sum + pause)).toBeGreaterThan(75 * HOUR);
  expect(await orm.em.fork().findOneOrFail(WebhookEvent, eventId)).toMatchObject({ state: 'failed' });
});

it('needs attention from the fifth failure on, until the receiver works', async () => {
  const { handle, eventId } = await start();
  for (const [index, pause] of PAUSES.slice(0, 5).entries()) {
    await untilAttempts(eventId, index + 1);
    if (index < 4) await environment.sleep(pause * 1.2);
  }
  const shown = async () => {
    const { typedSearchAttributes: attributes } = await handle.describe();
    return [attributes.get(CheckoutAttention), attributes.get(CheckoutWaitingFor)];
  };
  await waitFor(async () => String(await shown()) === 'true,webhook', { what: 'attention', timeoutMs: 30_000 });
  receiver.response = () => ({ status: 200 });
  await environment.sleep(HOUR);
  expect(await handle.result()).toBe('TIMEOUT');
  expect(String(await shown())).toBe('false,');
});

it('a continued run keeps the place in the schedule', async () => {
  const dueAt = (await environment.currentTimeMs()) + HOUR;
  const { handle, eventId } = await start((id) => [{ eventId: id, attempts: 11, step: 11, dueAt }]);
  await handle.signal(deliveriesDue);
  await environment.sleep(MINUTE);
  expect(await attempts(eventId)).toBe(0);
  await environment.sleep(HOUR);
  // It was the last one.
  expect(await handle.result()).toBe('TIMEOUT');
  expect(await attempts(eventId)).toBe(1);
  expect(await orm.em.fork().findOneOrFail(WebhookEvent, eventId)).toMatchObject({ state: 'failed' });
});
