// Runs seeds of the simulator in a test, and fails with the smallest history that fails.
import { expect } from 'vitest';
import { asText } from '#simulate/print.ts';
import { openSimulator } from '#simulate/simulator.ts';
import { createEmptyDatabase } from '#test/support/database.ts';

export const expectClean = async (seeds: readonly number[]): Promise<void> => {
  const database = await createEmptyDatabase();
  try {
    const simulator = await openSimulator(database.url);
    try {
      for (const seed of seeds) {
        const result = await simulator.run(seed);
        if (result.violations.length > 0) expect.fail(asText(await simulator.shrink(result)));
        expect(result.operations).toBeGreaterThan(0);
      }
    } finally {
      await simulator.close();
    }
  } finally {
    await database.drop();
  }
};

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
