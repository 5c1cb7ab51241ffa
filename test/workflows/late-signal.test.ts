// A signal that arrives while the ledger is read for the verdict must be processed before the run ends.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntentActivities, OrderView } from '#activities/intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { type CheckoutIntentInput, transferSeen, WorkflowType } from '#workflows/messages.ts';

/** Longer than a workflow task is held open, so that the server delivers signals that arrived meanwhile. */
const SLOW_READING_MS = 9_500;
let connection: Connection;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let looks = 0;

const closed: OrderView = {
  status: IntentStatus.CONFIRMED,
  wakeAt: null,
  waitingFor: 'nothing',
  hasMoney: false,
  chainId: null,
  chainsBehind: [],
  due: [],
  needsPerson: false,
};
const activities: IntentActivities = {
  async assessOrder() {
    looks += 1;
    if (looks === 1) await delay(SLOW_READING_MS);
    return closed;
  },
  readDeliveries: () => Promise.resolve({ due: [], needsPerson: false }),
  lookAndWrite: () => Promise.reject(new Error('runs of before')),
  loadIntent: () => Promise.reject(new Error('runs of before')),
  applyAssessment: () => Promise.reject(new Error('nothing to write')),
  cancelIntent: () => Promise.reject(new Error('nothing to cancel')),
};
const taskQueue = `late-signal-${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  installQuietRuntime();
  const { address, namespace } = testTemporal();
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    workflowBundle: await cachedBundle(),
    activities: { ...activities },
    shutdownGraceTime: 0,
  });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await native?.close();
  await connection?.close();
});

it('reads the ledger again before it ends', async () => {
  const client = new Client({ connection, namespace: testTemporal().namespace });
  const intentId = randomBytes(12).toString('hex') as IntentId;
  const input: CheckoutIntentInput = {
    intentId,
    expiresAt: new Date(0).toISOString(),
    assessNow: true,
    oneLook: true,
    carries: { storeId: 'sto_1' },
  };
  const handle = await client.workflow.start(WorkflowType.checkoutIntent, {
    workflowId: intentId,
    taskQueue,
    args: [input],
  });
  await waitFor(() => Promise.resolve(looks === 1), { what: 'the first look', timeoutMs: 40_000 });
  await handle.signal(transferSeen, { transferId: '1' });
  expect(await handle.result()).toBe('CONFIRMED');
  expect(looks).toBe(2);
});
