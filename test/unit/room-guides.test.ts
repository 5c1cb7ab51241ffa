// The README of a folder with many files says what each is for. Add a new file to it.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

/** The folder, and the page where that is not in it. */
const GUIDES: [folder: string, page?: string][] = [
  ...['chain', 'db/entities', 'db/intents', 'db/merchants', 'domain', 'scripts/admin'].map((folder): [string] => [
    folder,
  ]),
  ...['web/auth', 'web/http', 'web/ui', 'worker'].map((folder): [string] => [folder]),
  ['web/account/server', 'web/account'],
  ['web/checkout/server', 'web/checkout'],
];

test.each(GUIDES)('every file of %s is named in its README', (folder, page = folder) => {
  const text = readFileSync(join(REPOSITORY, page, 'README.md'), 'utf8');
  const files = globSync('*.{ts,tsx}', { cwd: join(REPOSITORY, folder) });
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((file) => !text.includes(`\`${basename(file)}\``)).toSorted()).toEqual([]);
});
