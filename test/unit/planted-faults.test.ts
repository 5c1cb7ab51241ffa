// Every planted fault has its place in today's sources. The test that plants them is slow; this one says at once which text moved.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { PLANTED_FAULTS } from '../simulate/planted-faults.ts';

test.each(PLANTED_FAULTS)('$name: its text stands once in $file', ({ file, text }) => {
  expect(readFileSync(join(REPOSITORY, file), 'utf8').split(text)).toHaveLength(2);
});
