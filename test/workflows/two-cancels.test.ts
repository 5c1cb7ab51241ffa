// Cancels of two tabs that arrive in one workflow task, of which the second is finished first: a replay must come to the same.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IntentActivities } from '#activities/intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { type CheckoutIntentInput, cancel, WorkflowType } from '#workflows/messages.ts';

/** So close that both results reach the workflow in one activation: without turns, most of such runs did not replay. */
const ALMOST_TOGETHER_MS = 1;
let connection: Connection;
let native: NativeConnection;
/** The order in which cancels began and ended. */
const steps: string[] = [];

const activities: IntentActivities = {
  async assessOrder() {
    const facts = { hasMoney: false, chainId: null, chainsBehind: [] };
    return {
      status: IntentStatus.CANCELED,
      wakeAt: null,
      waitingFor: 'nothing',
      due: [],
      needsPerson: false,
      ...facts,
    };
  },
  readDeliveries: () => Promise.resolve({ due: [], needsPerson: false }),
  lookAndWrite: () => Promise.reject(new Error('runs of before')),
  loadIntent: () => Promise.reject(new Error('runs of before')),
  applyAssessment: () => Promise.reject(new Error('nothing to write')),
  async cancelIntent() {
    const isFirst = steps.length === 0;
    steps.push('begins');
    if (isFirst) await delay(ALMOST_TOGETHER_MS);
    steps.push('ends');
    return { canceled: true, status: IntentStatus.CANCELED };
  },
};

beforeAll(async () => {
  installQuietRuntime();
  const { address, namespace } = testTemporal();
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, namespace);
});
afterAll(async () => {
  await native?.close();
  await connection?.close();
});

it('two cancels in one task replay', async () => {
  const { namespace } = testTemporal();
  const client = new Client({ connection, namespace });
  const taskQueue = `two-cancels-${randomBytes(4).toString('hex')}`;
  const workflowId = randomBytes(12).toString('hex');
  const input: CheckoutIntentInput = {
    intentId: workflowId as IntentId,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    oneLook: true,
    carries: { storeId: 'sto_1' },
    oneAtATime: true,
  };
  const handle = await client.workflow.start(WorkflowType.checkoutIntent, { workflowId, taskQueue, args: [input] });
  // No worker runs yet: the server keeps both for the first task.
  const cancels = [handle.executeUpdate(cancel), handle.executeUpdate(cancel)];
  const workflowBundle = await cachedBundle();
  const options = { connection: native, namespace, taskQueue, workflowBundle, shutdownGraceTime: 0 };
  const worker = await Worker.create({ ...options, activities: { ...activities } });
  await worker.runUntil(async () => {
    expect(await Promise.all(cancels)).toEqual([IntentStatus.CANCELED, IntentStatus.CANCELED]);
    expect(await handle.result()).toBe('CANCELED');
  });
  const history = await handle.fetchHistory();
  const accepted = (history.events ?? []).flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: given }) =>
    given ? [String(given.acceptedRequestSequencingEventId)] : [],
  );
  expect(accepted, 'both in one task').toEqual([accepted[0], accepted[0]]);
  expect(steps).toEqual(['begins', 'ends', 'begins', 'ends']);
  await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
});
