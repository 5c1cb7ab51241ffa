// How the tests run. Unit tests need nothing; all others share one Postgres and one Temporal, and one project: a process serves the files
// of one project only, and loading ethers, MikroORM and Temporal's core anew takes it three seconds of a processor.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STACK = ['test/support/stack/global-setup.ts'];
/**
 * Two more than the processors: a file that waits for blocks or restarts uses none, and mostly two such files run. With one more, a sixth of the
 * processors' time was idle (decision 0109).
 */
const WORKERS = Number(process.env.TEST_WORKERS) || availableParallelism() + 2;
/**
 * How long a condition may take to come true: longer than Temporal takes to notice a task that it lost (10 s of heartbeat,
 * decision 0047), on a busy machine. Only a failure waits that long. A poll is a query or a look into a page, and many run at a time.
 */
const PATIENT = { poll: { timeout: 45_000, interval: 100 } };
/** Whole systems and browsers are slow to start. Only a failure waits that long. */
const UNHURRIED = { testTimeout: 300_000, hookTimeout: 300_000 };

/**
 * The longest files first, so that none is left alone at the end. What starts whole systems (marked) mostly waits for blocks and restarts: about two
 * run at a time, and beside them what uses the processors. Vitest knows durations of earlier runs; a new clone has none.
 */
const LONGEST = [
  'faults/kill', // a system
  'faults/upgrade', // a system
  'attack/attack',
  'simulate/seeds-2',
  'e2e/merchant-pages',
  'simulate/seeds-4',
  'e2e/whole-system', // a system
  'faults/payments', // two systems
  'e2e/public-pages',
  'simulate/planted',
  'e2e/operator',
  'e2e/account-email',
  'chain/lying-provider',
  'simulate/seeds-1',
  'faults/system-simulation', // a system
  'e2e/dashboard-settings',
  'faults/drill', // a system
  'chain/books',
  'e2e/account',
  'simulate/seeds-3',
  'chain/reorg',
  'e2e/quick-start', // a system
  'e2e/allscale-checkout',
  'worker/worker-process',
  'e2e/every-page',
  'e2e/capability',
  'e2e/checkout-live',
  'chain/fast-chain',
  'e2e/checkout-languages',
  'workflows/screening',
  'e2e/checkout-states',
  'scripts/images',
  'chain/relayer',
  'e2e/refund-walletconnect',
  'e2e/checkout-visit',
  'dashboard/route-walk',
  'e2e/checkout-in-sight',
  'e2e/dashboard-orders',
  'operations/alerts',
  'auth/log-in-limits',
  'worker/configured-chain',
  'e2e/wallets',
  'chain/watcher',
  'reports/year',
  'e2e/payment-links',
  'e2e/account-factors',
  'emails/delivery',
  'e2e/checkout-cancel-claim',
  'chain/token-checks',
  'e2e/dashboard-order-list',
  'e2e/wallets-rejections',
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
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
