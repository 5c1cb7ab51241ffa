// `npm run simulate -- --seeds A..B`: runs these seeds and ends with one line of figures. At a violation it prints the smallest history
// that fails, and exits with 1. `--keep-going` runs the other seeds too; `--jobs N` uses N threads (the number of processors).
// `npm run simulate -- --system --minutes N --seed S`: see system/run-system.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { freePort } from '#scripts/lib/ports.ts';
import { explain } from '#scripts/lib/setup-error.ts';
import { startPostgres } from '#scripts/lib/stack/postgres.ts';
import type { Part, SeedReport } from './run-part.ts';
import { systemCommand } from './system/command.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

interface Options {
  from: number;
  to: number;
  jobs: number;
  keepGoing: boolean;
}

const readOptions = (): Options => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1..200' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(values.seeds);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || from > to) throw new RangeError(`--seeds: must be a number, or two as in 1..200, not ${values.seeds}`);
  if (!/^[1-9]\d?$/.test(values.jobs)) throw new RangeError(`--jobs: must be from 1 to 99, not ${values.jobs}`);
  return { from, to, jobs: Math.min(Number(values.jobs), to - from + 1), keepGoing: values['keep-going'] };
};

const createDatabase = async (url: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
};

/** @param onSeed returns whether the others go on */
const runPart = (part: Part, onSeed: (report: SeedReport) => boolean, workers: Set<Worker>): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./run-part.ts', import.meta.url), { workerData: part });
    workers.add(worker);
    worker.on('message', (report: SeedReport) => {
      if (!onSeed(report)) for (const one of workers) void one.terminate();
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });

const runSeeds = async (serverUrl: string, { from, to, jobs, keepGoing }: Options): Promise<void> => {
  const began = performance.now();
  const total = { seeds: 0, failed: 0, operations: 0, payments: 0, reorganisations: 0 };
  const workers = new Set<Worker>();
  const count = ({ operations, payments, reorganisations, failure }: SeedReport): boolean => {
    total.seeds += 1;
    total.operations += operations;
    total.payments += payments;
    total.reorganisations += reorganisations;
    if (failure === null) return true;
    total.failed += 1;
    process.exitCode = 1;
    say(failure);
    return keepGoing;
  };
  const parts = Array.from({ length: jobs }, async (_, job) => {
    const databaseUrl = await createDatabase(serverUrl, `simulate_${job}`);
    await runPart({ databaseUrl, from: from + job, to, step: jobs }, count, workers);
  });
  await Promise.all(parts);
  const seconds = (performance.now() - began) / 1000;
  say(
    `${total.seeds} seeds, ${total.failed} failed, ${total.operations} operations, ${total.payments} payments, ` +
      `${total.reorganisations} reorganisations, ${seconds.toFixed(1)} s (${(total.seeds / seconds).toFixed(1)} seeds/s)`,
  );
};

const main = async (): Promise<void> => {
  const args = process.argv.slice(2);
  if (args.includes('--system')) process.exit(await systemCommand(args));
  const options = readOptions();
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-simulate-'));
  const postgres = await startPostgres({ dataDir, port: await freePort(), durable: false });
  try {
    await runSeeds(postgres.ownerUrl, options);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};

await main().catch((error: unknown) => {
  process.stderr.write(`simulate: ${explain(error)}\n`);
  process.exitCode = 1;
});
