// How the tests run: unit tests with nothing, the parts over one shared Postgres and Temporal, and what measures or
// breaks whole systems one file at a time, last.
import { defineConfig } from 'vitest/config';

const STACK = ['test/support/stack/global-setup.ts'];
/** Databases, servers and browsers share their machine with whatever else runs there: one second try, named at the end. */
const SECOND_TRY = 1;
const ALONE = ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**', ...ALONE],
          globalSetup: STACK,
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          retry: SECOND_TRY,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'whole',
          include: ALONE,
          globalSetup: STACK,
          maxWorkers: 1,
          testTimeout: 180_000,
          retry: SECOND_TRY,
          // Pages tick once a second, and the machine may be busy: a condition has longer than vitest's one second to come true.
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
