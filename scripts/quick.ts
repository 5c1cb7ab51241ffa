// `npm run quick`: checks that take seconds. Format and lint of the changed files, types, and the unit tests
// that import them. Changed means since the last commit; with nothing changed, the files of the last commit.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatAndLint, promises, types, unitTests } from './lib/check-commands.ts';
import { runChecks } from './lib/checks.ts';
import { REPOSITORY } from './lib/paths.ts';
import { mustRun } from './lib/run.ts';

const git = async (...args: string[]): Promise<string[]> =>
  (await mustRun('git', args, { cwd: REPOSITORY }))
    .split('\n')
    .filter((file) => existsSync(join(REPOSITORY, file)) && file);

const uncommitted = [
  ...(await git('diff', '--name-only', '--relative', 'HEAD')),
  ...(await git('ls-files', '--others', '--exclude-standard')),
];
const changed = uncommitted.length > 0 ? uncommitted : await git('diff', '--name-only', '--relative', 'HEAD~1');
const code = changed.filter((file) => /\.tsx?$/.test(file));

console.log(`${changed.length} changed files`);
await runChecks([
  [types],
  [
    ...(changed.length > 0 ? [formatAndLint(changed)] : []),
    ...(code.length > 0 ? [promises(code), unitTests(code)] : []),
  ],
]);
