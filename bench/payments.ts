// (b) Whole payments a second (start, seen, confirmed, webhook's workflow started, with database writes) against a bare workflow that
// waits for one signal, on the same Temporal server. Both run in phases, so that a start and each signal get their own workflow task,
// as they do in production, where minutes lie between them.
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { asPercent, type BenchOptions, eachOf, median, type PartResult, rounded } from './lib/measure.ts';
import { type PaymentBench, quietRuntime, startPaymentBench, untilIdle } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';

const BARE_QUEUE = 'bare';
/** Parallel calls to Temporal, as many as our dispatcher makes. */
const CALLS_IN_FLIGHT = 64;

export const benchPayments = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const [rounds, count] = quick ? [2, 40] : [5, 300];
  quietRuntime();
  const bench = await startPaymentBench(stack);
  const bare = await startBareWorker(bench);
  const costs = { payments: [] as Cost[], bare: [] as Cost[] };
  try {
    await payments(bench, Math.min(count, 40));
    await bareRuns(bench, bare.worker, Math.min(count, 40), 'warm-up');
    for (let round = 1; round <= rounds; round += 1) {
      costs.bare.push(await bareRuns(bench, bare.worker, count, `round-${round}`));
      costs.payments.push(await payments(bench, count));
      say(
        `payments, round ${round}: ${rounded(costs.payments.at(-1)?.perSecond ?? 0, 1)}/s, bare workflow ${rounded(costs.bare.at(-1)?.perSecond ?? 0, 1)}/s`,
      );
    }
  } finally {
    await bare.stop();
    await bench.stop();
  }
  const medianOf = (member: keyof Cost, all: readonly Cost[]): number => median(all.map((cost) => cost[member]));
  const [ours, theirs] = [medianOf('perSecond', costs.payments), medianOf('perSecond', costs.bare)];
  return {
    title: 'Whole payments',
    how: `${count} at once, ${rounds} alternating rounds, medians; worker, dispatcher and client in one process. A payment: intent created in Postgres, workflow started, transfer seen (ON_CHAIN), transfer confirmed (CONFIRMED, settlement and webhook rows written), webhook workflow started. Bare: a workflow is started, gets one signal, ends.`,
    figures: [
      { what: 'whole payments', value: `${rounded(ours, 1)}/s` },
      { what: 'bare one-signal workflows', value: `${rounded(theirs, 1)}/s` },
      { what: 'payments against bare workflows', value: asPercent(ours / theirs), aim: '≥ 50 %' },
      {
        what: 'processor time of the worker process for each: payment, bare workflow',
        value: `${rounded(medianOf('cpuEach', costs.payments), 1)} ms, ${rounded(medianOf('cpuEach', costs.bare), 1)} ms`,
      },
    ],
  };
};

interface Cost {
  perSecond: number;
  /** Processor time of this process for each payment, in ms. */
  cpuEach: number;
}

const costOf = async (count: number, work: () => Promise<void>): Promise<Cost> => {
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: (count / (performance.now() - started)) * 1000, cpuEach: (user + system) / 1000 / count };
};

const payments = (bench: PaymentBench, count: number): Promise<Cost> =>
  costOf(count, async () => {
    const ids = await bench.start(count);
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

const bareRuns = ({ client }: PaymentBench, worker: Worker, count: number, name: string): Promise<Cost> =>
  costOf(count, async () => {
    const ids = Array.from({ length: count }, (_, index) => `bare-${name}-${index}`);
    await eachOf(ids, CALLS_IN_FLIGHT, (workflowId) =>
      client.workflow.start('oneSignalWorkflow', { workflowId, taskQueue: BARE_QUEUE, args: [] }),
    );
    await untilIdle(worker, count);
    await eachOf(ids, CALLS_IN_FLIGHT, (workflowId) => client.workflow.getHandle(workflowId).signal('go'));
    await untilIdle(worker, 0);
  });
