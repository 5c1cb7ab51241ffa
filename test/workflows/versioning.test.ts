// Worker versioning, as WORKER_BUILD_ID turns it on: beside each other, two versions of the workers share one queue, and all tasks go to the
// version that is made current, those of orders that run already too. Upgrade and rollback are the same step.
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { IntentActivities } from '#activities/intent.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { installQuietRuntime } from '#test/support/quiet-runtime.ts';
import { testTemporal } from '#test/support/temporal.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { DEPLOYMENT_NAME, startWorkers } from '#worker/temporal-workers.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { type CheckoutIntentInput, deliveriesDue, WorkflowType } from '#workflows/messages.ts';

let connection: Connection;
beforeAll(async () => {
  installQuietRuntime();
  const { address, namespace } = testTemporal();
  connection = await Connection.connect({ address });
  await registerSearchAttributes(connection, namespace);
});
afterAll(async () => await connection?.close());

test('open and new orders are assessed by the version that is current: after an upgrade by the new one, after a rollback by the old one', async () => {
  const { namespace } = testTemporal();
  const client = new Client({ connection, namespace });
  const taskQueue = `versioning-${randomBytes(4).toString('hex')}`;
  const [old, young] = ['old', 'new'].map((name) => `${name}-${randomBytes(4).toString('hex')}`) as [string, string];
  /** Which version assessed which order, in order. */
  const assessed: [order: string, version: string][] = [];

  const startVersion = async (buildId: string): Promise<void> => {
    const activities: Partial<IntentActivities> = {
      async assessOrder(intentId) {
        assessed.push([intentId, buildId]);
        return {
          ...{ status: IntentStatus.CREATED, wakeAt: null, waitingFor: 'a payment', due: [], needsPerson: false },
          ...{ hasMoney: false, chainId: null, chainsBehind: [] },
        };
      },
      readDeliveries: () => Promise.resolve({ due: [], needsPerson: false }),
    };
    const workers = startWorkers({
      env: { temporal: testTemporal(), buildId },
      bundle: await cachedBundle(),
      queues: [{ taskQueue, activities: { ...activities }, shutdownGraceTime: 0 }],
      logger: pino({ level: 'silent' }),
      onConnected: () => Promise.resolve(),
    });
    onTestFinished(() => workers.stop());
    await expect.poll(workers.isRunning).toBe(true);
  };
  /** As `temporal worker deployment set-current-version`; refused until a worker of the version has polled. */
  const makeCurrent = async (buildId: string): Promise<void> => {
    const request = {
      namespace,
      deploymentName: DEPLOYMENT_NAME,
      buildId,
      identity: 'test',
      ignoreMissingTaskQueues: true,
    };
    await expect
      .poll(() => connection.workflowService.setWorkerDeploymentCurrentVersion(request).then(() => 'set', String))
      .toBe('set');
  };
  const startOrder = async () => {
    const workflowId = randomBytes(12).toString('hex');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const input: CheckoutIntentInput = {
      ...{
        intentId: workflowId as IntentId,
        expiresAt,
        oneLook: true,
        carries: { storeId: 'sto_1' },
        oneAtATime: true,
      },
      assessNow: true,
    };
    const handle = await client.workflow.start(WorkflowType.checkoutIntent, { workflowId, taskQueue, args: [input] });
    onTestFinished(async () => void (await handle.terminate().catch(() => {})));
    return handle;
  };
  const lastOf = (order: string): string | undefined => assessed.findLast(([id]) => id === order)?.[1];
  const countOf = (order: string): number => assessed.filter(([id]) => id === order).length;
  type Order = Awaited<ReturnType<typeof startOrder>>;
  const assessAgain = async (order: Order): Promise<string | undefined> => {
    const before = countOf(order.workflowId);
    await order.signal(deliveriesDue);
    await expect.poll(() => countOf(order.workflowId)).toBeGreaterThan(before);
    return lastOf(order.workflowId);
  };

  await startVersion(old);
  await makeCurrent(old);
  const first = await startOrder();
  await expect.poll(() => lastOf(first.workflowId)).toBe(old);

  await startVersion(young);
  expect(await assessAgain(first)).toBe(old);
  await makeCurrent(young);
  await expect.poll(() => assessAgain(first)).toBe(young);
  const second = await startOrder();
  await expect.poll(() => lastOf(second.workflowId)).toBe(young);

  await makeCurrent(old);
  await expect.poll(() => assessAgain(second)).toBe(old);
  expect(await assessAgain(first)).toBe(old);
});
