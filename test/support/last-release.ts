// The code of an earlier release, to run beside today's: an upgrade must lose and double nothing. Its archive stands here because a
// clone may have no history. It has the rooms that run, and uses today's packages.
//
// 2026-11-29 is commit 3766e69, the last one in which an order's webhooks and e-mails had workflows of their own (decision 0068). Another
// one: git archive COMMIT activities chain contracts db docs/guide docs/open-api.md domain emails public scripts sdk web worker workflows \
//   package.json vite.config.ts tsconfig.json | xz -9e > test/support/releases/2026-11-29.tar.xz
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { mustRun } from '#scripts/lib/run.ts';

export const BEFORE_ONE_WORKFLOW = '2026-11-29';

export interface ReleaseCode {
  /** Its folder, to start processes in. */
  root: string;
  dispose(): void;
}

/** Unpacks a release into a new temporary folder. */
export const unpackRelease = async (name: string): Promise<ReleaseCode> => {
  const root = mkdtempSync(join(tmpdir(), 'checkout-release-'));
  await mustRun('tar', ['-xJf', join(REPOSITORY, 'test', 'support', 'releases', `${name}.tar.xz`), '-C', root]);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'dir');
  mkdirSync(join(root, 'build'), { recursive: true });
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
};
