// The deadline of a checkout on the time-skipping server: expiry, the extension by a part payment, and the verdict after it.
import { randomBytes } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntentActivities } from '#activities/intent.ts';
import { ReviewItem } from '#db/entities/delivery.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addTransfer, makeIntent, makeStore, setWatcher, type TestStore } from '#test/support/intents.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { createTimeSkippingEnvironment } from '#test/support/temporal.ts';
import { searchAttributeTypes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import {
  type CheckoutIntentInput,
  reviewResolved,
  transferSeen,
  WorkflowType,
  waitingFor,
} from '#workflows/messages.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let environment: TestWorkflowEnvironment;
/** Unlike the environment's client it never skips time, because the server would not wait for local activities. */
let client: Client;
let database: TestDatabase;
let orm: Orm;
let store: TestStore;
let taskQueue: string;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  installQuietRuntime();
  [environment, database] = await Promise.all([createTimeSkippingEnvironment(), createTestDatabase()]);
  client = new Client({ connection: environment.connection });
  // The test server cannot list search attributes, so ours are registered directly.
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: searchAttributeTypes(),
  });
  orm = await openOrm({ databaseUrl: database.url });
  store = await makeStore(orm.em);
  taskQueue = `deadline-${randomBytes(4).toString('hex')}`;
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await cachedBundle(),
    activities: createIntentActivities({ em: orm.em, screening: createStaticScreening([]) }),
    shutdownGraceTime: 0,
  });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await environment?.teardown();
  await orm?.close();
  await database?.drop();
});

/** The server's time, which is ahead of real time. */
const now = (): Promise<number> => environment.currentTimeMs();

const start = async (
  expiresAt: Date,
  chains = [31337],
  more: Partial<CheckoutIntentInput> = {},
): Promise<{ intentId: IntentId; handle: WorkflowHandle }> => {
  const intentId = await makeIntent(orm.em, store, { expiresAt, acceptedChainIds: chains, queued: false });
  const input: CheckoutIntentInput = { intentId, expiresAt: expiresAt.toISOString(), ...more };
  const handle = await client.workflow.start(WorkflowType.checkoutIntent, {
    workflowId: intentId,
    taskQueue,
    args: [input],
  });
  return { intentId, handle };
};

const untilWaitingFor = async (handle: WorkflowHandle, message: string): Promise<void> => {
  await waitFor(async () => (await handle.query(waitingFor)).includes(message), { what: message, timeoutMs: 20_000 });
};

/** The length in ms of every timer that a workflow has set. */
const pausesOf = async (handle: WorkflowHandle): Promise<number[]> => {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) => {
    const pause = timer?.startToFireTimeout;
    return pause ? [Number(pause.seconds ?? 0) * 1_000 + (pause.nanos ?? 0) / 1e6] : [];
  });
};

const statusOf = async (intentId: IntentId): Promise<IntentStatus> =>
  (await orm.em.fork().findOneOrFail(CheckoutIntent, intentId)).status;

describe('the deadline of a checkout', () => {
  it('ends a checkout without money in TIMEOUT, without reading the ledger before', async () => {
    const expiresAt = new Date((await now()) + HOUR);
    await setWatcher(orm.em, 31337, new Date(expiresAt.getTime() + 2_000));
    const { intentId, handle } = await start(expiresAt);
    await environment.sleep(HOUR - MINUTE);
    expect(await statusOf(intentId)).toBe(IntentStatus.CREATED);
    await environment.sleep(2 * MINUTE);
    expect(await handle.result()).toBe('TIMEOUT');
    expect(await statusOf(intentId)).toBe(IntentStatus.TIMEOUT);
    // Start, timer, one read and its verdict.
    const { events } = await handle.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(14);
  });

  it('waits half an hour longer for the rest of a part payment, then sets UNDERPAID', async () => {
    const began = await now();
    const expiresAt = new Date(began + HOUR);
    await setWatcher(orm.em, 31337, new Date(began));
    const { intentId, handle } = await start(expiresAt);
    const transferId = await addTransfer(orm.em, intentId, {
      amount: '4',
      state: 'confirmed',
      blockTime: new Date(began + MINUTE),
    });
    await handle.signal(transferSeen, { transferId });
    await untilWaitingFor(handle, new Date(began + 1.5 * HOUR).toISOString());
    await setWatcher(orm.em, 31337, new Date(began + 3 * HOUR));
    await environment.sleep(1.4 * HOUR);
    expect(await statusOf(intentId)).toBe(IntentStatus.CREATED);
    await environment.sleep(0.2 * HOUR);
    expect(await handle.result()).toBe('UNDERPAID');
    const reviews = await orm.em.fork().find(ReviewItem, { intent: intentId });
    expect(reviews.map(({ kind }) => kind)).toEqual(['underpaid']);
  });

  it('reads again in growing pauses during an outage, shows since when it is blocked, and gives no early verdict', async () => {
    const expiresAt = new Date((await now()) + HOUR);
    await setWatcher(orm.em, 31337, expiresAt);
    const { intentId, handle } = await start(expiresAt);
    await environment.sleep(HOUR + MINUTE);
    await untilWaitingFor(handle, 'blocked: chains 31337 behind the deadline');
    // Not in one sleep: the server skips time without waiting for reads in progress.
    for (let minutes = 0; minutes < 180; minutes += 10) await environment.sleep(10 * MINUTE);
    expect(await statusOf(intentId)).toBe(IntentStatus.CREATED);
    const since = /^blocked: .* since (\S+)$/.exec(await handle.query(waitingFor))?.[1] ?? '';
    expect(Date.parse(since)).toBeGreaterThan(expiresAt.getTime());
    expect(Date.parse(since)).toBeLessThan(expiresAt.getTime() + 2 * MINUTE);

    // Once a minute would have been 180; the first timer is the deadline.
    const pauses = (await pausesOf(handle)).slice(1);
    expect(pauses.length).toBeGreaterThan(10);
    expect(pauses.length).toBeLessThan(50);
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    expect(pauses[0]).toBe(2_000);
    expect(pauses.at(-1)).toBe(15 * MINUTE);

    // What the runbook says about a chain that will not return.
    await orm.em.execute(
      `update chain_cursor set block_time = to_timestamp(?) + interval '1 day', trouble = 'given up' where chain_id = 31337`,
      [(await now()) / 1000],
    );
    await environment.sleep(16 * MINUTE);
    expect(await handle.result()).toBe('TIMEOUT');
  });

  it('a continued run keeps the time since when it is blocked', async () => {
    const expiresAt = new Date((await now()) - 24 * HOUR);
    await setWatcher(orm.em, 31338, expiresAt);
    const inVainSince = expiresAt.getTime() + MINUTE;
    const { handle } = await start(expiresAt, [31338], { assessNow: true, oneLook: true, inVainSince });
    await untilWaitingFor(handle, `since ${new Date(inVainSince).toISOString()}`);
    expect(await pausesOf(handle)).toEqual([15 * MINUTE]);
    await handle.terminate();
  });

  it('does not apply while a person decides; the decision ends the workflow', async () => {
    const expiresAt = new Date((await now()) + HOUR);
    await setWatcher(orm.em, 31337, new Date(expiresAt.getTime() + HOUR));
    const { intentId, handle } = await start(expiresAt);
    const transferId = await addTransfer(orm.em, intentId, { coin: 2, state: 'confirmed', blockTime: expiresAt });
    await handle.signal(transferSeen, { transferId });
    await untilWaitingFor(handle, 'a person to decide');
    await environment.sleep(48 * HOUR);
    expect(await statusOf(intentId)).toBe(IntentStatus.PENDING_MANUAL_OPERATION);
    await orm.em
      .fork()
      .execute(
        `update review_item set state = 'resolved', resolution = 'sent back', resolved_at = now() where intent_id = ?`,
        [intentId],
      );
    await handle.signal(reviewResolved);
    expect(await handle.result()).toBe('TIMEOUT');
    expect(await statusOf(intentId)).toBe(IntentStatus.TIMEOUT);
  });
});
