// (d) History events of one normal payment: those of the intent's workflow and of its webhook's workflow.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from '@temporalio/worker';
import { createWebhookActivities } from '#activities/webhook.ts';
import { WebhookEvent } from '#db/entities/delivery.entity.ts';
import { updateStore } from '#db/merchants/stores.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { cachedBundle } from '#worker/workflow-bundle.ts';
import { TaskQueue, webhookWorkflowId } from '#workflows/messages.ts';
import type { BenchOptions, PartResult } from './lib/measure.ts';
import { type PaymentBench, PHASE_TIMEOUT_MS, startPaymentBench } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';

export const benchHistory = async (stack: BenchStack, { say }: BenchOptions): Promise<PartResult> => {
  const bench = await startPaymentBench(stack);
  const shop = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  const webhooks = await startWebhookWorker(stack, bench);
  try {
    const [intentId] = await bench.start(1);
    if (!intentId) throw new Error('no intent was created');
    const em = bench.orm.em.fork();
    const [store] = await em.execute<{ store_id: string }[]>('select store_id from checkout_intent where id = ?', [
      intentId,
    ]);
    const webhookUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`;
    await updateStore(em, store?.store_id ?? '', { webhookUrl });
    await bench.see([intentId]);
    await bench.confirm([intentId]);
    const event = await waitFor(
      async () =>
        (await bench.orm.em.fork().findOne(WebhookEvent, { intent: intentId, state: 'delivered' })) ?? undefined,
      { what: 'the delivery of the webhook', timeoutMs: PHASE_TIMEOUT_MS },
    );
    const [payment, webhook] = [await eventsOf(bench, intentId), await eventsOf(bench, webhookWorkflowId(event.id))];
    say(`history: ${payment.total} events for the payment, ${webhook.total} for its webhook`);
    return {
      title: 'History events',
      how: 'One payment with its webhook delivered at the first attempt; each of its two signals arrives in its own workflow task. Counts the events of both workflows.',
      figures: [
        { what: "the intent's workflow", value: String(payment.total) },
        { what: 'of them workflow tasks', value: String(payment.tasks) },
        { what: "the webhook's workflow", value: String(webhook.total) },
        { what: 'both', value: String(payment.total + webhook.total) },
      ],
    };
  } finally {
    await webhooks.stop();
    await bench.stop();
    shop.close();
  }
};

const startWebhookWorker = async (stack: BenchStack, { connection, orm }: PaymentBench) => {
  const worker = await Worker.create({
    connection,
    taskQueue: TaskQueue.webhooks,
    workflowBundle: await cachedBundle(),
    activities: createWebhookActivities({
      em: orm.em,
      masterKeys: parseMasterKeys(stack.masterKeys),
      allowedRanges: ['127.0.0.0/8'],
      requireHttps: false,
      maxInFlightPerStore: 4,
    }),
    shutdownGraceTime: 0,
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
    },
  };
};

/** EVENT_TYPE_WORKFLOW_TASK_COMPLETED of Temporal's API. */
const WORKFLOW_TASK_COMPLETED = 7;

const eventsOf = async ({ client }: PaymentBench, workflowId: string): Promise<{ total: number; tasks: number }> => {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  const events = (await handle.fetchHistory()).events ?? [];
  return {
    total: events.length,
    tasks: events.filter(({ eventType }) => eventType === WORKFLOW_TASK_COMPLETED).length,
  };
};
