// `npm run check`: format and lint, types, import rules, generated files, the checkout's weight, unit tests. Under
// a minute; says all that is wrong, not just the first.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './lib/paths.ts';
import { run } from './lib/run.ts';

interface Check {
  name: string;
  command: readonly [string, ...string[]];
}

const ROOMS = [
  'domain',
  'contracts',
  'db',
  'chain',
  'emails',
  'workflows',
  'activities',
  'worker',
  'web',
  'scripts',
  'sdk',
  'bench',
  'test',
].filter((room) => existsSync(join(REPOSITORY, room)));

const bin = (name: string) => join(REPOSITORY, 'node_modules', '.bin', name);

/** Two at a time, one list for each of two cores: types alone take as long as all the others. */
const LISTS: readonly (readonly Check[])[] = [
  [{ name: 'types', command: [bin('tsc'), '--noEmit', '--pretty'] }],
  [
    { name: 'format and lint', command: [bin('biome'), 'check', '.'] },
    {
      name: 'import rules',
      command: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...ROOMS],
    },
    { name: 'generated files', command: [process.execPath, 'contracts/generate.ts', '--check'] },
    { name: 'weight of the checkout', command: [process.execPath, 'scripts/check-page-size.ts'] },
    { name: 'unit tests', command: [bin('vitest'), 'run', '--project', 'unit'] },
  ],
];

/** Runs one and says how it went; a failure with all that the tool said. */
async function passes({ name, command: [file, ...args] }: Check): Promise<boolean> {
  const started = performance.now();
  const { code, stdout, stderr } = await run(file, args, { cwd: REPOSITORY });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code !== 0) console.log(`\n${stdout}${stderr}`.trimEnd());
  console.log(`${code === 0 ? 'ok     ' : 'FAILED '} ${name} (${seconds} s)`);
  return code === 0;
}

const results = await Promise.all(
  LISTS.map(async (list) => {
    const passed: boolean[] = [];
    for (const check of list) passed.push(await passes(check));
    return passed;
  }),
);
const failed = results.flat().filter((passed) => !passed).length;
console.log(failed === 0 ? 'all checks passed' : `${failed} of ${results.flat().length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
