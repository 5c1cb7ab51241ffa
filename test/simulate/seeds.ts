// Runs the simulator in a test, and fails with the smallest history that fails.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import type { History } from '#simulate/operations.ts';
import { asText } from '#simulate/print.ts';
import { openSimulator, type Simulator } from '#simulate/simulator.ts';
import { createEmptyDatabase } from '#test/support/database.ts';

const withSimulator = async (work: (simulator: Simulator) => Promise<void>): Promise<void> => {
  const database = await createEmptyDatabase();
  try {
    const simulator = await openSimulator(database.url);
    try {
      await work(simulator);
    } finally {
      await simulator.close();
    }
  } finally {
    await database.drop();
  }
};

export const expectClean = (from: number, to: number): Promise<void> =>
  withSimulator(async (simulator) => {
    for (let seed = from; seed <= to; seed += 1) {
      const result = await simulator.run(seed);
      if (result.violations.length > 0) expect.fail(asText(await simulator.shrink(result)));
      expect(result.operations).toBeGreaterThan(0);
    }
  });

/** A history that failed once, and what it found. */
interface KeptHistory extends Omit<History, 'startAt'> {
  found: string;
  invariant: number;
  startAt: string;
}

const readKept = (): KeptHistory[] =>
  JSON.parse(readFileSync(join(REPOSITORY, 'simulate', 'kept-histories.json'), 'utf8')) as KeptHistory[];

export const expectKeptClean = (): Promise<void> =>
  withSimulator(async (simulator) => {
    for (const { found, startAt, ...history } of readKept()) {
      const { violations } = await simulator.runHistory({ ...history, startAt: Date.parse(startAt) });
      expect(violations, found).toEqual([]);
    }
  });
