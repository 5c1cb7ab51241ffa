// How the tests run. Unit tests need nothing; all others share one Postgres and one Temporal, and one project: a process serves the files
// of one project only, and loading ethers, MikroORM and Temporal's core anew takes it three seconds of a processor.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STACK = ['test/support/stack/global-setup.ts'];
/** One more than the processors: a file that waits for blocks uses none. */
const WORKERS = Number(process.env.TEST_WORKERS) || availableParallelism() + 1;
/**
 * How long a condition may take to come true: longer than Temporal takes to notice a task that it lost (10 s of heartbeat,
 * decision 0047), on a busy machine. Only a failure waits that long. A poll is a query or a look into a page, and many run at a time.
 */
const PATIENT = { poll: { timeout: 45_000, interval: 100 } };
/** Whole systems and browsers are slow to start. Only a failure waits that long. */
const UNHURRIED = { testTimeout: 300_000, hookTimeout: 300_000 };

/**
 * The longest files first, so that none is left alone at the end. What starts whole systems (marked) mostly waits for blocks and restarts:
 * one begins when another ends, and the rest uses the processor meanwhile. Vitest knows durations of earlier runs; a new clone has none.
 */
const LONGEST = [
  'faults/kill', // a system
  'faults/upgrade', // a system
  'attack/attack',
  'chain/lying-provider',
  'chain/books',
  'e2e/whole-system', // a system
  'chain/reorg',
  'worker/worker-process',
  'e2e/every-page',
  'e2e/public-pages',
  'e2e/capability',
  'e2e/checkout-live',
  'admin/commands',
  'e2e/account-email',
  'chain/fast-chain',
  'faults/payments', // two systems
  'e2e/dashboard-settings',
  'simulate/planted',
  'e2e/allscale-checkout',
  'e2e/checkout-in-sight',
  'simulate/seeds-4',
  'workflows/screening',
  'faults/drill', // a system
  'e2e/quick-start', // a system
  'e2e/refund-walletconnect',
  'simulate/seeds-1',
  'simulate/seeds-2',
  'worker/invoice-pass',
  'e2e/account',
  'faults/system-simulation', // a system
  'e2e/operator',
  'e2e/checkout-languages',
  'dashboard/route-walk',
  'e2e/dashboard-orders',
  'e2e/wallets',
  'e2e/checkout-states',
  'operations/alerts',
  'simulate/seeds-3',
  'e2e/account-factors',
  'chain/watcher',
  'auth/log-in-limits',
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return place === -1 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const common = { maxWorkers: WORKERS, sequence: { groupOrder: 0 }, isolate: false };

export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...common,
          ...UNHURRIED,
          name: 'stack',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**'],
          globalSetup: STACK,
          setupFiles: ['test/support/setup.ts'],
          expect: PATIENT,
        },
      },
      { test: { ...common, name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
    ],
  },
});
