// Counts on English pages: a noun after a number has the right form.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { countText } from '#web/ui/count-text.ts';

test('one is singular, all others are plural, and thousands have a comma', () => {
  expect([0, 1, 2, 1_234].map((count) => countText(count, 'order'))).toEqual([
    ...['0 orders', '1 order', '2 orders', '1,234 orders'],
  ]);
  expect([countText(1n, 'entry', 'entries'), countText(5n, 'entry', 'entries')]).toEqual(['1 entry', '5 entries']);
});

const NOUNS = [
  ...['order', 'event', 'row', 'key', 'day', 'hour', 'minute', 'settlement', 'transaction', 'attempt', 'payment'],
  ...['link', 'invoice', 'webhook', 'store', 'review', 'alert', 'e-mail', 'confirmation', 'block', 'request'],
];
/** A number that is never one: a constant, or the line asks for one itself. */
const KNOWS = /=== '?1\b|\$\{[A-Z_]+[}.]|length > 1 \?|\bbest - /;

test('no page of dashboard and console puts a plural after a number that may be one', () => {
  const pattern = new RegExp(`\\} (${NOUNS.join('|')})s\\b(?!=)`);
  const found = globSync('web/{dashboard,operator,ui}/**/*.{ts,tsx}', { cwd: REPOSITORY }).flatMap((file) =>
    readFileSync(`${REPOSITORY}/${file}`, 'utf8')
      .split('\n')
      .filter(
        (line, at, lines) =>
          pattern.test(line) &&
          !KNOWS.test(`${lines.slice(at - 2, at)} ${line}`) &&
          !/^\s*(\/\/|\*|head=|import|export)/.test(line),
      )
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
