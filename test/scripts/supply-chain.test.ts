// What is shipped and who may run code on the way: install scripts, workflows, images, and the list of parts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PACKAGES_WITH_INSTALL_SCRIPTS } from '#scripts/lib/install-scripts.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { run } from '#scripts/lib/run.ts';

const read = (file: string): string => readFileSync(join(REPOSITORY, file), 'utf8');

interface LockedPackage {
  hasInstallScript?: boolean;
  integrity?: string;
  link?: boolean;
  /** Part of another package's archive, whose checksum covers it. */
  inBundle?: boolean;
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

test('every package with an install script is in the list, and the list names no other', () => {
  const found = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect([...new Set(found.map(([path]) => nameOf(path)))].sort()).toEqual(
    Object.keys(PACKAGES_WITH_INSTALL_SCRIPTS).sort(),
  );
});

test('nothing installs with scripts', () => {
  const installs = /npm (?:ci|install)\b.*/g;
  for (const file of ['Dockerfile', '.github/workflows/ci.yml', '.github/workflows/release.yml', '.ci/run']) {
    for (const [command] of read(file).matchAll(installs))
      expect([file, command]).toEqual([file, expect.stringContaining('--ignore-scripts')]);
  }
  expect(read('scripts/bootstrap.mjs')).toContain("'--ignore-scripts'");
});

test('every package of the lock file has a checksum', () => {
  const without = Object.entries(packages).filter(
    ([path, { integrity, link, inBundle }]) => path !== '' && !link && !inBundle && !integrity,
  );
  expect(without.map(([path]) => path)).toEqual([]);
});

test('the list of parts names what is shipped, and no tools of development', async () => {
  const { code, stdout } = await run('npm', ['run', '--silent', 'sbom'], { cwd: REPOSITORY });
  expect(code).toBe(0);
  const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: { name: string }[] };
  expect(bomFormat).toBe('CycloneDX');
  const names = new Set(components.map(({ name }) => name));
  for (const shipped of ['fastify', 'ethers', 'better-auth', 'pg'])
    expect([shipped, names.has(shipped)]).toEqual([shipped, true]);
  for (const tool of ['vitest', '@biomejs/biome', 'playwright-core'])
    expect([tool, names.has(tool)]).toEqual([tool, false]);
});

test('workflows audit what is shipped, and releases attest their origin', () => {
  for (const file of ['.github/workflows/ci.yml', '.github/workflows/release.yml']) {
    expect(read(file)).toContain('npm audit --omit=dev');
    expect(read(file)).toMatch(/^permissions:\n {2}contents: read$/m);
  }
  expect(read('.github/workflows/release.yml')).toContain('attest-build-provenance');
  // npm refuses a pre-release without a tag.
  expect(read('.github/workflows/release.yml')).toMatch(/npm publish \S+ --provenance --tag "\$tag"/);
  expect(existsSync(join(REPOSITORY, '.github', 'dependabot.yml'))).toBe(true);
  expect(read('.github/dependabot.yml')).toMatch(/package-ecosystem: "?docker/);
});
