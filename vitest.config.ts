// How the tests run. Unit tests need nothing; all others share one Postgres and one Temporal. What starts whole systems mostly
// waits for blocks and restarts, so it runs first and beside the rest, which uses the processor meanwhile.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const STACK = ['test/support/stack/global-setup.ts'];
const SYSTEMS = ['test/faults/**/*.test.ts'];
const BROWSERS = ['test/e2e/**/*.test.ts'];
/** One more than the processors: a file that waits for blocks uses none. */
const WORKERS = Number(process.env.TEST_WORKERS) || availableParallelism() + 1;
/**
 * How long a condition may take to come true: longer than Temporal takes to notice a task that it lost (10 s of heartbeat,
 * decision 0047), on a busy machine. Only a failure waits that long. A poll is a query or a look into a page, and many run at a time.
 */
const PATIENT = { poll: { timeout: 45_000, interval: 100 } };
/** Whole systems and browsers are slow to start. */
const UNHURRIED = { testTimeout: 300_000, hookTimeout: 300_000 };

/** The longest files first, so that none is left alone at the end. Vitest knows durations of earlier runs; a new clone has none. */
const LONGEST = [
  'faults/upgrade',
  'faults/kill',
  'faults/payments',
  'e2e/whole-system',
  'faults/system-simulation',
  'attack/attack',
  'e2e/wallets-walletconnect',
  'workflows/temporal-tls',
  'chain/lying-provider',
  'simulate/seeds-1',
  'simulate/seeds-4',
  'simulate/seeds-3',
  'simulate/seeds-2',
  'e2e/checkout-states',
  'chain/books',
  'e2e/account',
  'chain/reorg',
  'worker/worker-process',
  'e2e/quick-start',
  'e2e/refund-walletconnect',
  'e2e/dashboard-orders',
  'admin/commands',
  'simulate/planted',
  'e2e/capability',
  'e2e/operator',
  'e2e/checkout-in-sight',
  'e2e/checkout-live',
  'chain/fast-chain',
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

/** A process runs one file after another: loading ethers, MikroORM and Temporal's core anew takes seconds for each. */
const common = { maxWorkers: WORKERS, sequence: { groupOrder: 0 }, isolate: false };

export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...common, name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', ...SYSTEMS, ...BROWSERS],
          globalSetup: STACK,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          expect: PATIENT,
        },
      },
      {
        test: { ...common, ...UNHURRIED, name: 'systems', include: SYSTEMS, globalSetup: STACK, expect: PATIENT },
      },
      {
        test: { ...common, ...UNHURRIED, name: 'browsers', include: BROWSERS, globalSetup: STACK, expect: PATIENT },
      },
    ],
  },
});
