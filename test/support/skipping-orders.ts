// Orders' workflows on a time-skipping server, with a real receiver: days of deliveries in moments.
import { randomBytes } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { type EmailTransport, SendFailure } from '#activities/email-transport.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import type { IntentId } from '#domain/ids.ts';
import { searchAttributeTypes } from '#worker/search-attributes.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { type CheckoutIntentInput, WorkflowType } from '#workflows/messages.ts';
import { createTestDatabase } from './database.ts';
import { orderActivities } from './order-activities.ts';
import { startReceiver, type TestReceiver } from './receiver.ts';
import { createTimeSkippingEnvironment } from './temporal.ts';

export interface SkippingOrders {
  environment: TestWorkflowEnvironment;
  orm: Orm;
  receiver: TestReceiver;
  /** While true, the mail server takes nothing. */
  mail: { isDown: boolean };
  /** Starts the workflow of an intent, which reads the ledger at once. */
  start(intentId: IntentId, storeId: string, more?: Partial<CheckoutIntentInput>): Promise<WorkflowHandle>;
  stop(): Promise<void>;
}

export const startSkippingOrders = async (): Promise<SkippingOrders> => {
  const [environment, database, receiver] = await Promise.all([
    createTimeSkippingEnvironment(),
    createTestDatabase(),
    startReceiver(),
  ]);
  // Unlike the environment's client it never skips time, because the server would not wait for local activities.
  const client = new Client({ connection: environment.connection });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: searchAttributeTypes(),
  });
  const orm = await openOrm({ databaseUrl: database.url });
  const { em } = orm;
  const mail = { isDown: false };
  const suffix = randomBytes(4).toString('hex');
  const shared = {
    connection: environment.nativeConnection,
    workflowBundle: await cachedBundle(),
    shutdownGraceTime: 0,
  };
  const { intents, webhooks, emails } = await orderActivities(em, {
    wrapTransport: (mailbox) => failing(mailbox, mail),
  });
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue: `orders-${suffix}`, activities: intents }),
    Worker.create({ ...shared, taskQueue: `webhooks-${suffix}`, activities: webhooks }),
    Worker.create({ ...shared, taskQueue: `emails-${suffix}`, activities: emails }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    environment,
    orm,
    receiver,
    mail,
    async start(intentId, storeId, more = {}) {
      const input: CheckoutIntentInput = {
        intentId,
        expiresAt: new Date(await environment.currentTimeMs()).toISOString(),
        oneLook: true,
        oneAtATime: true,
        assessNow: true,
        carries: { storeId },
        ...more,
      };
      const options = { workflowId: `checkout-${intentId}`, taskQueue: `orders-${suffix}`, args: [input] };
      return await client.workflow.start(WorkflowType.checkoutIntent, options);
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      await environment.teardown();
      await receiver.stop();
      await orm.close();
      await database.drop();
    },
  };
};

const failing = (transport: EmailTransport, mail: { isDown: boolean }): EmailTransport => ({
  ...transport,
  async send(email) {
    if (mail.isDown) throw new SendFailure('the mail server is down', { isWorthRetrying: true });
    return await transport.send(email);
  },
});
