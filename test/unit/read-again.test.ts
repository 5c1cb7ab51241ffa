// Pages that say beside their contents why an action was refused read themselves again: another person may have decided what they
// still offer (web/access/read-again.ts).
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';

/** The demo shop's forms depend on nobody else. */
const ALONE = ['web/demo/pages/shop.tsx'];

test('a page that names a refusal beside its contents reads them again', () => {
  const pages = globSync('web/**/pages/*.tsx', { cwd: REPOSITORY })
    .map((path) => ({ path, code: readFileSync(join(REPOSITORY, path), 'utf8') }))
    .filter(({ code }) => code.includes('export const action') && code.includes('useActionResult('));
  expect(pages.length).toBeGreaterThan(10);
  const stale = pages.filter(({ code }) => !code.includes('export const shouldRevalidate = readAgain;'));
  expect(stale.map(({ path }) => path).sort()).toEqual(ALONE);
});
