// docs/findings-14.md shows the presses that the browser tests count; it and docs/walks-14.md name tests that exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { pressesTable } from '#test/e2e/support/presses.ts';

const page = readFileSync(join(REPOSITORY, 'docs/findings-14.md'), 'utf8');
const walks = readFileSync(join(REPOSITORY, 'docs/walks-14.md'), 'utf8');

test('the presses are those that the tests count', () => {
  expect(page.replaceAll(/ +\|/g, ' |')).toContain(pressesTable());
});

test('every finding has its line, and every test that a line names exists', () => {
  for (let number = 1; number <= 20; number += 1) expect(page).toMatch(new RegExp(`^\\| ${number} `, 'm'));
  for (let number = 5; number <= 21; number += 1) expect(page).toMatch(new RegExp(`^\\| F${number} `, 'm'));
  const files = [...`${page}${walks}`.matchAll(/`((?:test|web)\/[^`]+\.tsx?)`/g)].map(([, file]) => file ?? '');
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});
