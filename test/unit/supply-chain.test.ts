// What runs on a build machine is chosen here: no install script that the list does not name, no action that a tag can replace.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

const read = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');

interface InstallScript {
  package: string;
  run: string | null;
  why: string;
}
const listed = JSON.parse(read('scripts', 'install-scripts.json')) as InstallScript[];

test('npm runs no install script, and each that a package has is decided on in the list', () => {
  expect(read('.npmrc').split('\n')).toContain('ignore-scripts=true');
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const entryOf = (path: string): string => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const scope = `${name.split('/')[0]}/*`;
    return listed.some((each) => each.package === scope) ? scope : name;
  };
  const inTree = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [entryOf(path)] : [],
  );
  expect([...new Set(inTree)].sort()).toEqual(listed.map((each) => each.package).sort());
  expect(listed.filter(({ why }) => why.length < 20)).toEqual([]);
});

test('every action of the workflows is pinned by a commit, with its version beside it', () => {
  const folder = ['.github', 'workflows'];
  const uses = readdirSync(join(REPOSITORY, ...folder)).flatMap((file) =>
    [...read(...folder, file).matchAll(/^\s*(?:- )?uses:\s*(.+)$/gm)].map(([, action = '']) => action),
  );
  expect(uses.length).toBeGreaterThan(10);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  // One version of each: two would be one that nobody updates.
  const names = new Set(uses.map((action) => action.split('@')[0]));
  expect(new Set(uses).size).toBe(names.size);
  // Dependabot writes a new commit and its version together.
  expect(read('.github', 'dependabot.yml')).toMatch(/package-ecosystem: github-actions/);
});
