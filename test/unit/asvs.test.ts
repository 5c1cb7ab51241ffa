// docs/security/asvs.md answers each requirement of levels 1 and 2 once.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** How many ids of a cell or paragraph: `1.2.6, 1.2.7`. */
const countIds = (text: string): number => [...text.matchAll(/\d{1,2}\.\d\.\d{1,2}/g)].length;

test('the counts at the top are those of the rows', () => {
  const rows = [...answers.matchAll(/^\| (\d[\d., ]*) \|.*?\| (met|n\/a|gap)/gm)];
  const ofRows = (answer: string) =>
    rows.reduce((sum, [, ids = '', given]) => sum + (given === answer ? countIds(ids) : 0), 0);
  const paragraphs = [...answers.matchAll(/^\d[\d.,\s]*: n\/a/gm)].reduce((sum, [ids]) => sum + countIds(ids), 0);
  const [, all, met, none, gaps] =
    /of (\d+) requirements (\d+) are met, (\d+) do not apply and (\d+) are gaps/.exec(page)?.map(Number) ?? [];
  expect([all, met, none, gaps]).toEqual([REQUIREMENTS, ofRows('met'), ofRows('n/a') + paragraphs, ofRows('gap')]);
});

test('every constant that an answer names is in the sources', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = globSync(['{web,db,domain,chain,worker,network,scripts}/**/*.{ts,tsx}', 'docker-compose.yml'], {
    cwd: root,
  });
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const names = [...new Set([...answers.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, name = '']) => name))];
  expect(names).toContain('OUR_TERMS');
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
});
