import { test } from 'vitest';
import { expectClean, range } from './seeds.ts';

test('seeds 151 to 200 keep every invariant', async () => {
  await expectClean(range(151, 200));
}, 600_000);
