// Packs the client packages into build/packages, where the web server has them for download, when one of their sources has changed.
// Nothing is fetched. The same sources and version give the same bytes, so all servers of a release offer the same files.
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_PACKAGES_FOLDER, CLIENT_PACKAGES_LIST, type ClientPackages } from '#web/http/client-packages.ts';
import { withLock } from '../lock-file.ts';
import { REPOSITORY } from '../paths.ts';
import { type Progress, step } from '../progress.ts';
import { sourceHash } from '../source-hash.ts';
import { makeNodePackage } from './node-package.ts';
import { clientVersions } from './versions.ts';
import { makeWheel } from './wheel.ts';

const SOURCES = [
  ...['package-lock.json', 'tsconfig.json', 'scripts/lib/client-packages/*.ts'],
  ...['sdk/src/**/*.ts', 'sdk/package.json', 'sdk/tsconfig*.json', 'sdk/README.md', 'sdk/LICENSE'],
  ...['sdk/python/pyproject.toml', 'sdk/python/README.md', 'sdk/python/src/**/*.{py,typed}'],
];

const versionOf = (env: NodeJS.ProcessEnv) => {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'sdk', 'package.json'), 'utf8')) as { version: string };
  const versions = clientVersions(env.VERSION ?? '') ?? clientVersions(version);
  if (!versions) throw new Error(`sdk/package.json: ${version} is not a version of a release`);
  return versions;
};

/** Their version is that of `VERSION` when it names a release (`v1.2.0`), else that of sdk/package.json. Throws a SetupError. */
export async function buildClientPackages(progress: Progress): Promise<void> {
  const build = join(REPOSITORY, 'build');
  const target = join(build, CLIENT_PACKAGES_FOLDER);
  const note = join(build, '.packages');
  const versions = versionOf(process.env);
  const isCurrent = (hash: string): boolean => {
    try {
      return readFileSync(note, 'utf8') === hash;
    } catch {
      return false;
    }
  };
  const hash = `${versions.node} ${sourceHash(globSync(SOURCES, { cwd: REPOSITORY }).sort())}`;
  if (isCurrent(hash)) return;
  await withLock(join(REPOSITORY, '.cache', 'client-packages.lock'), progress, async () => {
    if (isCurrent(hash)) return;
    await step(progress, 'packing the client packages', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'checkout-packages-'));
      try {
        const packed = `${target}.new`;
        rmSync(packed, { recursive: true, force: true });
        mkdirSync(packed, { recursive: true });
        const list = {} as Record<keyof ClientPackages, ClientPackages['node']>;
        for (const [name, { file, content }] of [
          ['node', await makeNodePackage(versions.node, folder)],
          ['python', makeWheel(versions.python)],
        ] as const) {
          writeFileSync(join(packed, file), content);
          list[name] = { file, sha256: createHash('sha256').update(content).digest('hex') };
        }
        writeFileSync(join(packed, CLIENT_PACKAGES_LIST), `${JSON.stringify(list, null, 2)}\n`);
        rmSync(target, { recursive: true, force: true });
        renameSync(packed, target);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
    writeFileSync(note, hash);
  });
}
