// The planted faults fit the code that they are planted in, and the table in the documentation is that of the tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { PLANTED_FAULTS } from '#test/simulate/planted-faults.ts';

test('docs/simulator.md has a line for each planted fault, with its file and the seed that finds it', () => {
  const page = readFileSync(join(REPOSITORY, 'docs/simulator.md'), 'utf8');
  const lines = [...page.matchAll(/^\| ([^|]+?) \| `([^`]+)` \| (\d+) \| [\d, ]+ \|$/gm)];
  const listed = lines.map(([, name = '', file = '', seed]) => [name.replace(/ \(.*/, ''), file, Number(seed)]);
  expect(listed).toEqual(PLANTED_FAULTS.map(({ name, file, foundBy }) => [name, file, foundBy]));
});

test.each(PLANTED_FAULTS.map(({ name, file, text }) => [name, file, text]))(
  '%s: %s has its text once',
  (_name, file, text) => {
    expect(readFileSync(join(REPOSITORY, file), 'utf8').split(text)).toHaveLength(2);
  },
);
