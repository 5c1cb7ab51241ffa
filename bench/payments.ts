// (b) Whole orders a second (created, seen, confirmed, webhook delivered, both e-mails handed over, with all database writes), each as
// one workflow and in parts as before decision 0068, against a bare workflow that waits for one signal, on the same Temporal server. All
// run in phases, so that a start and each signal get their own workflow task,
// as they do in production, where minutes lie between them.
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { cpuMilliseconds, familyCpuMilliseconds } from './lib/cpu.ts';
import { asPercent, type BenchOptions, eachOf, median, type PartResult, rounded } from './lib/measure.ts';
import { type PaymentBench, quietRuntime, type Shape, startPaymentBench, untilIdle } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';

const BARE_QUEUE = 'bare';
/** Parallel calls to Temporal, as many as our dispatcher makes. */
const CALLS_IN_FLIGHT = 64;

export const benchPayments = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const [rounds, count] = quick ? [2, 40] : [5, 300];
  quietRuntime();
  const bench = await startPaymentBench(stack);
  const bare = await startBareWorker(bench);
  const costOf = costMeter(stack);
  const costs = { one: [] as Cost[], parts: [] as Cost[], bare: [] as Cost[] };
  try {
    await orders(costOf, bench, 'one', Math.min(count, 40));
    await orders(costOf, bench, 'parts', Math.min(count, 40));
    await bareRuns(costOf, bench, bare.worker, Math.min(count, 40), 'warm-up');
    for (let round = 1; round <= rounds; round += 1) {
      costs.bare.push(await bareRuns(costOf, bench, bare.worker, count, `round-${round}`));
      costs.one.push(await orders(costOf, bench, 'one', count));
      costs.parts.push(await orders(costOf, bench, 'parts', count));
      const last = (all: readonly Cost[]): string => `${rounded(all.at(-1)?.perSecond ?? 0, 1)}/s`;
      say(
        `orders, round ${round}: ${last(costs.one)}, in parts ${last(costs.parts)}, bare workflow ${last(costs.bare)}`,
      );
    }
  } finally {
    await bare.stop();
    await bench.stop();
  }
  const medianOf = (member: keyof Cost, all: readonly Cost[]): number => median(all.map((cost) => cost[member]));
  const [one, parts, theirs] = [
    medianOf('perSecond', costs.one),
    medianOf('perSecond', costs.parts),
    medianOf('perSecond', costs.bare),
  ];
  const parties = ['own', 'temporal', 'postgres'] as const;
  const cpuOf = (all: readonly Cost[]): string =>
    parties.map((name) => `${rounded(medianOf(name, all), 1)} ms`).join(', ');
  const cpuOfAll = (all: readonly Cost[]): number => parties.reduce((total, name) => total + medianOf(name, all), 0);
  return {
    title: 'Whole orders',
    how: `${count} at once, ${rounds} alternating rounds, medians; workers, dispatcher, shop and client in one process. An order: created in Postgres, workflow started, e-mail to the shop, transfer seen (ON_CHAIN), transfer confirmed (CONFIRMED, settlement written), webhook delivered over HTTP, second e-mail handed to a mailbox. In parts: the same with a workflow for each webhook and e-mail, as before decision 0068. Bare: a workflow is started, gets one signal, ends.`,
    figures: [
      { what: 'whole orders, one workflow each', value: `${rounded(one, 1)}/s` },
      { what: 'whole orders in parts', value: `${rounded(parts, 1)}/s` },
      { what: 'one workflow against parts', value: `${rounded(one / parts, 2)}×`, aim: '≥ 1.4×' },
      { what: 'bare one-signal workflows', value: `${rounded(theirs, 1)}/s` },
      { what: 'orders against bare workflows', value: asPercent(one / theirs), aim: '≥ 55 %' },
      {
        what: 'processor time for each order: this process, Temporal, Postgres',
        value: cpuOf(costs.one),
      },
      { what: 'the same in parts', value: cpuOf(costs.parts) },
      { what: 'the same for a bare workflow', value: cpuOf(costs.bare) },
      {
        what: 'orders against bare workflows by processor time, which other load does not change',
        value: asPercent(cpuOfAll(costs.bare) / cpuOfAll(costs.one)),
        aim: '≥ 55 %',
      },
    ],
  };
};

/** For each order or bare workflow; processor time in ms. */
interface Cost {
  perSecond: number;
  own: number;
  temporal: number;
  postgres: number;
}

type CostOf = (count: number, work: () => Promise<void>) => Promise<Cost>;

const costMeter = (stack: BenchStack): CostOf => {
  const now = () => ({
    own: cpuMilliseconds(process.pid),
    temporal: cpuMilliseconds(stack.temporalPid()),
    postgres: familyCpuMilliseconds(stack.postgresPid),
  });
  return async (count, work) => {
    const started = performance.now();
    const before = now();
    await work();
    const after = now();
    return {
      perSecond: (count / (performance.now() - started)) * 1000,
      own: (after.own - before.own) / count,
      temporal: (after.temporal - before.temporal) / count,
      postgres: (after.postgres - before.postgres) / count,
    };
  };
};

const orders = (costOf: CostOf, bench: PaymentBench, shape: Shape, count: number): Promise<Cost> =>
  costOf(count, async () => {
    const ids = await bench.start(count, shape);
    await bench.see(ids);
    await bench.confirm(ids);
  });

const startBareWorker = async ({ connection }: PaymentBench) => {
  const worker = await Worker.create({
    connection,
    taskQueue: BARE_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('lib/bare-workflow.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
    maxCachedWorkflows: 2_000,
    shutdownGraceTime: 0,
  });
  const running = worker.run();
  return {
    worker,
    async stop() {
      worker.shutdown();
      await running;
    },
  };
};

const bareRuns = (
  costOf: CostOf,
  { client }: PaymentBench,
  worker: Worker,
  count: number,
  name: string,
): Promise<Cost> =>
  costOf(count, async () => {
    const ids = Array.from({ length: count }, (_, index) => `bare-${name}-${index}`);
    await eachOf(ids, CALLS_IN_FLIGHT, (workflowId) =>
      client.workflow.start('oneSignalWorkflow', { workflowId, taskQueue: BARE_QUEUE, args: [] }),
    );
    await untilIdle([worker], count);
    await eachOf(ids, CALLS_IN_FLIGHT, (workflowId) => client.workflow.getHandle(workflowId).signal('go'));
    await untilIdle([worker], 0);
  });
