import { test } from 'vitest';
import { expectClean, range } from './seeds.ts';

test('seeds 1 to 50 keep every invariant', async () => {
  await expectClean(range(1, 50));
}, 600_000);
