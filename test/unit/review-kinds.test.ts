// Pages, guide and client packages name every kind of review, and no other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REVIEW_KIND_LIST, REVIEW_KINDS, REVIEW_TYPES_TEXT } from '#domain/review-kinds.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { ReviewType } from '#sdk/src/types.ts';

/** Of any length of line. */
const page = (path: string): string => readFileSync(join(REPOSITORY, 'docs', path), 'utf8').replaceAll(/\s+/g, ' ');

test('numbers of the wire are given once, from 1', () =>
  expect(Object.values(REVIEW_KINDS).map(({ type }) => type)).toEqual(REVIEW_KIND_LIST.map((_, index) => index + 1)));

test.each(['open-api.md', 'guide/lists.md'])('docs/%s lists numbers and names', (path) =>
  expect(page(path)).toContain(REVIEW_TYPES_TEXT),
);

test('the client package has the numbers', () =>
  expect(Object.values(ReviewType)).toEqual(Object.values(REVIEW_KINDS).map(({ type }) => type)));

test('the runbook says what each kind means', () => {
  const [, table = ''] = page('runbook.md').split('| kind | meaning |');
  const rows = table.slice(0, table.indexOf(' The money is at the deposit address'));
  expect([...rows.matchAll(/`([a-z_]+)`/g)].map(([, kind]) => kind).toSorted()).toEqual(REVIEW_KIND_LIST.toSorted());
});
