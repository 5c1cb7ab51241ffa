// `npm run bench`: measures and writes bench/results.md. `npm run bench -- create history` only some parts (then the file is
// left alone); `-- --quick` short rounds, to see that everything works.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { explain } from '#scripts/lib/setup-error.ts';
import { benchCreate } from './create.ts';
import { benchHistory } from './history.ts';
import type { BenchOptions, PartResult } from './lib/measure.ts';
import { type BenchStack, startBenchStack } from './lib/stack.ts';
import { benchPayments } from './payments.ts';
import { benchWatcher } from './watcher.ts';

const PARTS: Record<string, (stack: BenchStack, options: BenchOptions) => Promise<PartResult>> = {
  create: benchCreate,
  payments: benchPayments,
  watcher: benchWatcher,
  history: benchHistory,
};

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const main = async (args: readonly string[]): Promise<void> => {
  const quick = args.includes('--quick');
  const named = args.filter((arg) => arg !== '--quick');
  const unknown = named.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown) {
    say(`bench: there is no part "${unknown}"; parts are ${Object.keys(PARTS).join(', ')}, and --quick makes it short`);
    process.exitCode = 1;
    return;
  }
  const results: PartResult[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    say(`bench: ${name} …`);
    // Each part has servers of its own, so that none measures what another left behind.
    const stack = await startBenchStack();
    try {
      results.push(await part(stack, { quick, say }));
    } finally {
      await stack.stop();
    }
  }
  const report = asMarkdown(results, ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '));
  process.stdout.write(report);
  if (named.length === 0 && !quick) writeFileSync(join(REPOSITORY, 'bench', 'results.md'), report);
};

const asMarkdown = (results: readonly PartResult[], command: string): string => {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY, encoding: 'utf8' }).trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  const head = [
    '# Benchmark results',
    '',
    `\`${command}\`, commit ${commit}, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}.`,
    'Servers and load generator share the machine; Postgres commits to disk; Temporal is the development server, in memory. Ratios carry over to other machines,',
    'seconds do not.',
  ];
  const parts = results.flatMap(({ title, how, figures }) => [
    '',
    `## ${title}`,
    '',
    how,
    '',
    '| | | aim |',
    '|---|---|---|',
    ...figures.map(({ what, value, aim }) => `| ${what} | ${value} | ${aim ?? ''} |`),
  ]);
  return `${[...head, ...parts].join('\n')}\n`;
};

main(process.argv.slice(2)).catch((error: unknown) => {
  say(`bench: ${explain(error)}`);
  process.exitCode = 1;
});
