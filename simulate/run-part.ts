// A thread of `npm run simulate`: runs every n-th seed over a database of its own. Each thread has clocks of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { asText } from './print.ts';
import { openSimulator } from './simulator.ts';

export interface Part {
  databaseUrl: string;
  from: number;
  to: number;
  step: number;
}

/** What the thread tells of each seed. */
export interface SeedReport {
  seed: number;
  operations: number;
  payments: number;
  reorganisations: number;
  /** The smallest history that fails; null when the seed is clean. */
  failure: string | null;
}

const { databaseUrl, from, to, step } = workerData as Part;
const simulator = await openSimulator(databaseUrl);
try {
  for (let seed = from; seed <= to; seed += step) {
    const { operations, payments, reorganisations, ...result } = await simulator.run(seed);
    const counts = { operations, payments, reorganisations };
    const failure = result.violations.length > 0 ? asText(await simulator.shrink({ ...result, ...counts })) : null;
    parentPort?.postMessage({ seed, ...counts, failure } satisfies SeedReport);
  }
} finally {
  await simulator.close();
}
