// (d) History events of one paid order, with its webhook and two e-mails.
import { readOrderRef } from '#db/intents/order-ref.ts';
import { intentWorkflowId } from '#workflows/messages.ts';
import type { BenchOptions, PartResult } from './lib/measure.ts';
import { type PaymentBench, startPaymentBench } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';

export const benchHistory = async (stack: BenchStack, { say }: BenchOptions): Promise<PartResult> => {
  const bench = await startPaymentBench(stack);
  try {
    const [intentId] = await bench.start(1, 'one');
    if (!intentId) throw new Error('no intent was created');
    await bench.see([intentId]);
    await bench.confirm([intentId]);
    const order = await readOrderRef(bench.orm.em, intentId);
    if (!order) throw new Error('the order is missing');
    const { total, tasks } = await eventsOf(bench, intentWorkflowId(order));
    say(`history: ${total} events for an order`);
    return {
      title: 'History events',
      how: 'One paid order with its webhook delivered at the first attempt and two e-mails; each of its two signals arrives in its own workflow task.',
      figures: [
        { what: "the order's workflow", value: String(total), aim: '≤ 40' },
        { what: 'of them workflow tasks', value: String(tasks) },
      ],
    };
  } finally {
    await bench.stop();
  }
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
