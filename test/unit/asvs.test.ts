// docs/security/asvs.md answers each requirement of levels 1 and 2 once.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Of ASVS 5.0.0: 70 of level 1 and 183 of level 2. */
const REQUIREMENTS = 253;

const page = readFileSync(new URL('../../docs/security/asvs.md', import.meta.url), 'utf8');
const [answers = ''] = page.split('\n## Gaps');

test('every requirement is answered, none twice', () => {
  const ids = [...answers.matchAll(/(?<=[\s|])\d{1,2}\.\d\.\d{1,2}(?=[,:\s])/g)].map(([id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => id !== '5.0.0')).toHaveLength(REQUIREMENTS);
});

test('every row says met, n/a or gap', () => {
  const rows = answers.split('\n').filter((line) => /^\| \d/.test(line));
  expect(rows.filter((row) => !/\| (met|n\/a|gap)/.test(row))).toEqual([]);
});
