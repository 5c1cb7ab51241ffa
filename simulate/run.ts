// `npm run simulate -- --seeds A..B`: runs these seeds and ends with one line of figures. At a violation it prints the smallest history
// that fails, and exits with 1. `--keep-going` runs the other seeds too.
// `npm run simulate -- --system --minutes N --seed S`: see system/run-system.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '#scripts/lib/ports.ts';
import { explain } from '#scripts/lib/setup-error.ts';
import { startPostgres } from '#scripts/lib/stack/postgres.ts';
import { asText } from './print.ts';
import { openSimulator, type Simulator } from './simulator.ts';
import { systemCommand } from './system/command.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const readSeeds = (text: string): [number, number] => {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || from > to) throw new RangeError(`--seeds: must be a number, or two as in 1..200, not ${text}`);
  return [from, to];
};

const runSeeds = async (simulator: Simulator, [from, to]: [number, number], keepGoing: boolean): Promise<void> => {
  const began = process.hrtime.bigint();
  const total = { seeds: 0, failed: 0, operations: 0, payments: 0, reorganisations: 0 };
  for (let seed = from; seed <= to; seed += 1) {
    const result = await simulator.run(seed);
    total.seeds += 1;
    total.operations += result.operations;
    total.payments += result.payments;
    total.reorganisations += result.reorganisations;
    if (result.violations.length === 0) continue;
    total.failed += 1;
    say(asText(await simulator.shrink(result)));
    process.exitCode = 1;
    if (!keepGoing) break;
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  say(
    `${total.seeds} seeds, ${total.failed} failed, ${total.operations} operations, ${total.payments} payments, ` +
      `${total.reorganisations} reorganisations, ${seconds.toFixed(1)} s (${(total.seeds / seconds).toFixed(1)} seeds/s)`,
  );
};

const main = async (): Promise<void> => {
  const args = process.argv.slice(2);
  if (args.includes('--system')) process.exit(await systemCommand(args));
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '1..200' }, 'keep-going': { type: 'boolean', default: false } },
  });
  const seeds = readSeeds(values.seeds);
  const dataDir = mkdtempSync(join(tmpdir(), 'checkout-simulate-'));
  const postgres = await startPostgres({ dataDir, port: await freePort(), durable: false });
  try {
    const simulator = await openSimulator(postgres.url);
    try {
      await runSeeds(simulator, seeds, values['keep-going']);
    } finally {
      await simulator.close();
    }
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};

await main().catch((error: unknown) => {
  process.stderr.write(`simulate: ${explain(error)}\n`);
  process.exitCode = 1;
});
