// How the tests run: unit tests with nothing, the parts over one shared Postgres and Temporal, then what starts and breaks
// whole systems (each on ports and data of its own, and mostly waiting for blocks), and the browsers last.
import { defineConfig } from 'vitest/config';

const STACK = ['test/support/stack/global-setup.ts'];
/** Databases, servers and browsers share their machine with whatever else runs there: one second try, named at the end. */
const SECOND_TRY = 1;
const SYSTEMS = ['test/faults/**/*.test.ts'];
const BROWSERS = ['test/e2e/**/*.test.ts'];
/** The machine may be busy: a condition has longer than vitest's one second to come true. */
const PATIENT = { poll: { timeout: 15_000 } };
/** What begins with whole systems and browsers takes its time on a busy machine. */
const UNHURRIED = { testTimeout: 300_000, hookTimeout: 300_000 };

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
          exclude: ['test/unit/**', ...SYSTEMS, ...BROWSERS],
          globalSetup: STACK,
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          expect: PATIENT,
          retry: SECOND_TRY,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'systems',
          include: SYSTEMS,
          globalSetup: STACK,
          maxWorkers: 2,
          ...UNHURRIED,
          expect: PATIENT,
          retry: SECOND_TRY,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browsers',
          include: BROWSERS,
          globalSetup: STACK,
          maxWorkers: 2,
          ...UNHURRIED,
          retry: SECOND_TRY,
          expect: PATIENT,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
