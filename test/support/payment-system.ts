// The worker for one test file: a database, workers on their own task queues, and a dispatcher.
import { randomBytes } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino, { type Logger } from 'pino';
import { CheckoutIntent, TimelineEvent } from '#db/entities/intent.entity.ts';
import { readOrderRef } from '#db/intents/order-ref.ts';
import { type Em, type Orm, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { type IntentStatus, statusName } from '#domain/status.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { NO_TRACING, type OrderTracing } from '#tracing/order-trace.ts';
import { dispatchToTemporal, type TaskQueues } from '#worker/dispatch-to-temporal.ts';
import { startDispatcher } from '#worker/dispatcher.ts';
import { activityLogs } from '#worker/order-logs.ts';
import { activityTraces, tracedDispatch } from '#worker/order-traces.ts';
import { registerSearchAttributes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { intentWorkflowId, type TransferSignal } from '#workflows/messages.ts';
import { createTestDatabase } from './database.ts';
import { type OrderActivityOptions, orderActivities } from './order-activities.ts';
import { type PaymentSteps, paymentSteps } from './payment-steps.ts';
import { installQuietRuntime } from './quiet-runtime.ts';
import { testTemporal } from './temporal.ts';

export const silent = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

export interface PaymentSystem extends PaymentSteps {
  em: Em;
  orm: Orm;
  databaseUrl: string;
  client: Client;
  queues: TaskQueues;
  /** Queues a signal as the watcher does. */
  signal(intentId: IntentId, signal: TransferSignal, transferId: string): Promise<void>;
  statusOf(intentId: IntentId): Promise<IntentStatus>;
  /** Of an intent's workflow: of its newest run, unless a run is named. */
  handleOf(intentId: IntentId, runId?: string): Promise<WorkflowHandle>;
  /** Waits until the intent has this status. */
  untilStatus(intentId: IntentId, status: IntentStatus, timeoutMs?: number): Promise<void>;
  /** The names of an intent's statuses, in the order of its timeline. */
  statusesOf(intentId: IntentId): Promise<string[]>;
  stop(): Promise<void>;
}

export interface PaymentSystemOptions extends OrderActivityOptions {
  deliveriesAtOnce?: number;
  /** Records what the dispatcher and the activities do, as in the worker. */
  tracing?: OrderTracing;
  /** Gets the lines of the dispatcher and of the activities, as in the worker. */
  logger?: Logger;
}

export const startPaymentSystem = async (options: PaymentSystemOptions = {}): Promise<PaymentSystem> => {
  installQuietRuntime();
  const { address, namespace } = testTemporal();
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url });
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  const client = new Client({ connection, namespace });
  const suffix = randomBytes(4).toString('hex');
  const queues: TaskQueues = {
    orders: `orders-${suffix}`,
    checkout: `checkout-${suffix}`,
    webhooks: `webhooks-${suffix}`,
    emails: `emails-${suffix}`,
    reports: `reports-${suffix}`,
    chains: `chains-${suffix}`,
  };
  const bundle = await cachedBundle();
  const { tracing, logger = silent } = options;
  const common = {
    ...{ connection: native, namespace, workflowBundle: bundle, shutdownGraceTime: 0 },
    interceptors: { activity: [activityLogs(logger), ...(tracing ? [activityTraces(tracing)] : [])] },
  };
  const { intents, webhooks, emails } = await orderActivities(orm.em, options);
  const workers = await Promise.all([
    ...[queues.orders, queues.checkout].map((taskQueue) =>
      Worker.create({ ...common, taskQueue, activities: intents }),
    ),
    Worker.create({ ...common, taskQueue: queues.emails, activities: emails }),
    Worker.create({
      ...common,
      taskQueue: queues.webhooks,
      maxConcurrentActivityTaskExecutions: options.deliveriesAtOnce ?? 50,
      activities: webhooks,
    }),
  ]);
  const running = workers.map((worker) => worker.run());
  const dispatcher = startDispatcher({
    em: orm.em,
    databaseUrl: database.url,
    logger,
    dispatch: tracedDispatch(tracing ?? NO_TRACING, (row) => dispatchToTemporal(client, row, queues)),
  });
  const statusOf = async (intentId: IntentId): Promise<IntentStatus> =>
    (await orm.em.fork().findOneOrFail(CheckoutIntent, intentId)).status;
  const handleOf: PaymentSystem['handleOf'] = async (intentId, runId) => {
    const order = await readOrderRef(orm.em, intentId);
    if (!order) throw new Error(`There is no intent ${intentId}`);
    return client.workflow.getHandle(intentWorkflowId(order), runId);
  };
  const signal = async (intentId: IntentId, word: TransferSignal, transferId: string): Promise<void> => {
    await orm.em.execute(
      `insert into dispatch (kind, subject_id, dedupe_key, data) values ('signal_intent', ?, ?, ?)`,
      [intentId, randomBytes(8).toString('hex'), JSON.stringify({ signal: word, transferId })],
    );
    await orm.em.execute("select pg_notify('dispatch_added', '')");
  };

  return {
    em: orm.em,
    orm,
    databaseUrl: database.url,
    client,
    queues,
    statusOf,
    signal,
    handleOf,
    ...paymentSteps({ em: orm.em, handleOf, signal }),
    async untilStatus(intentId, status, timeoutMs = 45_000) {
      await waitFor(async () => (await statusOf(intentId)) === status, { what: statusName(status), timeoutMs });
    },
    async statusesOf(intentId) {
      const events = await orm.em
        .fork()
        .find(TimelineEvent, { intent: intentId, kind: 'status' }, { orderBy: { id: 'asc' } });
      return events.map(({ statusTo }) => (statusTo ? statusName(statusTo) : '?'));
    },
    async stop() {
      await dispatcher.stop();
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await native.close();
      await connection.close();
      await orm.close();
      await database.drop();
    },
  };
};
