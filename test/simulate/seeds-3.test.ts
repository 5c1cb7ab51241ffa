import { test } from 'vitest';
import { expectClean, range } from './seeds.ts';

test('seeds 101 to 150 keep every invariant', async () => {
  await expectClean(range(101, 150));
}, 600_000);
