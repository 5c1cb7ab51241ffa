// `npm run bench`: runs all parts and writes bench/results.md. `npm run bench -- create history` runs only some parts; `--write` replaces
// their sections in the file. `-- --quick` runs short rounds, to check that everything works. `-- reports --stores 100` uses 100 stores
// in place of 1,000, `-- orders --orders 10000000` ten million orders in place of a million.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { explain } from '#scripts/lib/setup-error.ts';
import type { BenchOptions, PartResult } from './lib/measure.ts';
import { asKept, asReport, asSection, type Provenance, withSections } from './lib/results-file.ts';
import { type BenchStack, startBenchStack } from './lib/stack.ts';

// As in the images: React's development build renders an e-mail in several times the time.
process.env.NODE_ENV = 'production';

type Part = (options: BenchOptions) => Promise<PartResult>;

/** With servers of its own, so that data of one part does not affect another. */
const onStack =
  (bench: (stack: BenchStack, options: BenchOptions) => Promise<PartResult>): Part =>
  async (options) => {
    const stack = await startBenchStack();
    try {
      return await bench(stack, options);
    } finally {
      await stack.stop();
    }
  };

/** Each loads what it needs and no more: a process that holds all rooms spends much of its time on garbage. */
const PARTS: Record<string, () => Promise<Part>> = {
  create: async () => onStack((await import('./create.ts')).benchCreate),
  payments: async () => onStack((await import('./payments.ts')).benchPayments),
  watcher: async () => onStack((await import('./watcher.ts')).benchWatcher),
  'catch-up': async () => onStack((await import('./catch-up.ts')).benchCatchUp),
  door: async () => onStack((await import('./door.ts')).benchDoor),
  crowds: async () => onStack((await import('./crowds.ts')).benchCrowds),
  history: async () => onStack((await import('./history.ts')).benchHistory),
  pages: async () => onStack((await import('./pages.ts')).benchPages),
  orders: async () => onStack((await import('./orders.ts')).benchOrders),
  reports: async () => onStack((await import('./reports.ts')).benchReports),
  scale: async () => (await import('./scale.ts')).benchScale,
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const RESULTS = join(REPOSITORY, 'bench', 'results.md');
const OPTIONS = ['--quick', '--write'];
/** Sizes of one part. */
const NUMBERS = [
  { name: '--stores', option: 'stores', part: 'reports' },
  { name: '--orders', option: 'orders', part: 'orders' },
] as const;

/** Null when it is not given. */
const numberOf = (args: readonly string[], name: string): number | null => {
  const at = args.indexOf(name);
  return at < 0 ? null : Number(args[at + 1]);
};

const main = async (args: readonly string[]): Promise<void> => {
  const quick = args.includes('--quick');
  const write = args.includes('--write');
  const numbers = new Map(NUMBERS.map(({ name }) => [name, numberOf(args, name)]));
  const taken = new Set(
    args.flatMap((arg, index) => (NUMBERS.some(({ name }) => name === arg) ? [index, index + 1] : [])),
  );
  const named = args.filter((arg, index) => !OPTIONS.includes(arg) && !taken.has(index));
  const fault = faultOf(named, { quick, write, numbers });
  if (fault) {
    say(`bench: ${fault}`);
    process.exitCode = 1;
    return;
  }
  // Read before the first measurement, so that a commit made meanwhile is not named.
  const provenance = provenanceOf(args);
  const results: PartResult[] = [];
  for (const [name, load] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    say(`bench: ${name} …`);
    const part = await load();
    const sizes = NUMBERS.flatMap(({ name, option }) => {
      const value = numbers.get(name) ?? null;
      return value === null ? [] : [[option, value] as const];
    });
    results.push(await part({ quick, say, ...Object.fromEntries(sizes) }));
  }
  const sections = results.map((result) => asSection(result, provenance));
  process.stdout.write(asReport(sections));
  if (write || (named.length === 0 && !quick)) keep(results, provenance);
  if (write) writeFileSync(RESULTS, withSections(readFileSync(RESULTS, 'utf8'), sections));
  else if (named.length === 0 && !quick) writeFileSync(RESULTS, asReport(sections));
  for (const missed of results.flatMap((result) => result.missed ?? [])) {
    say(`bench: missed: ${missed}`);
    process.exitCode = 1;
  }
};

const keep = (results: readonly PartResult[], provenance: Provenance): void => {
  for (const { title, kept } of results) {
    if (kept) writeFileSync(join(REPOSITORY, 'bench', kept.file), asKept(title, kept.text, provenance));
  }
};

interface Flags {
  quick: boolean;
  write: boolean;
  /** By name; null when not given. */
  numbers: ReadonlyMap<string, number | null>;
}

const faultOf = (named: readonly string[], { quick, write, numbers }: Flags): string | null => {
  const unknown = named.find((name) => !Object.hasOwn(PARTS, name));
  const parts = Object.keys(PARTS).join(', ');
  if (unknown)
    return `there is no part "${unknown}"; parts are ${parts}; options are ${OPTIONS.join(', ')} and ${NUMBERS.map(({ name }) => `${name} NUMBER`).join(', ')}`;
  for (const { name, part } of NUMBERS) {
    const value = numbers.get(name) ?? null;
    if (value === null) continue;
    if (!Number.isSafeInteger(value) || value < 1) return `${name} must be a number above zero`;
    if (!named.includes(part)) return `${name} needs the part "${part}"`;
    if (write && part === 'orders') return '--orders cannot be combined with --write: the file has a million';
  }
  if (write && quick) return '--write cannot be combined with --quick';
  if (write && named.length === 0) return '--write needs named parts; a full run always writes';
  return null;
};

const git = (...args: string[]): string => execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).trim();

const provenanceOf = (args: readonly string[]): Provenance => {
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes';
  return {
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
  };
};

main(process.argv.slice(2)).catch((error: unknown) => {
  say(`bench: ${explain(error)}`);
  process.exitCode = 1;
});
