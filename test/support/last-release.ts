// The code of an earlier release, to run beside today's: an upgrade must lose and double nothing. Its archive stands here because a
// clone may have no history. It has the rooms that run and its pages as they were built (half a minute of a processor), and uses today's
// packages.
//
// 2026-11-29 is commit 3766e69, the last one in which an order's webhooks and e-mails had workflows of their own (decision 0068). Another
// one: git archive COMMIT activities chain contracts db docs/guide docs/open-api.md domain emails public scripts sdk web worker workflows \
//   package.json vite.config.ts tsconfig.json | tar -x -C FOLDER; link node_modules there, and start it once: it builds its pages. Then
//   tar -c -C FOLDER --exclude=node_modules --exclude=build/workflows --exclude=modules.json --exclude=chunks.json . | xz -9e
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { withLock } from '#scripts/lib/lock-file.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { mustRun } from '#scripts/lib/run.ts';

export const BEFORE_ONE_WORKFLOW = '2026-11-29';

const RELEASES = join(REPOSITORY, '.cache', 'releases');

/**
 * Unpacks a release, once for all tests and runs: its first start builds its workflows. Nothing but that is written there.
 * @returns its folder, to start processes in
 */
export const unpackRelease = async (name: string): Promise<string> => {
  const archive = join(REPOSITORY, 'test', 'support', 'releases', `${name}.tar.xz`);
  const hash = createHash('sha256')
    .update(readFileSync(archive))
    .update(readFileSync(join(REPOSITORY, 'package-lock.json')));
  const root = join(RELEASES, `${name}-${hash.digest('hex').slice(0, 16)}`);
  await withLock(join(REPOSITORY, '.cache', 'releases.lock'), toStderr, async () => {
    if (existsSync(root)) return;
    mkdirSync(RELEASES, { recursive: true });
    const stale = readdirSync(RELEASES).filter((folder) => folder.startsWith(`${name}-`));
    for (const folder of stale) rmSync(join(RELEASES, folder), { recursive: true, force: true });
    const unfinished = mkdtempSync(join(RELEASES, `${name}-new-`));
    await mustRun('tar', ['-xJf', archive, '-C', unfinished]);
    symlinkSync(join(REPOSITORY, 'node_modules'), join(unfinished, 'node_modules'), 'dir');
    mkdirSync(join(unfinished, 'build'), { recursive: true });
    renameSync(unfinished, root);
  });
  return root;
};
