import { test } from 'vitest';
import { expectClean } from './seeds.ts';

test('seeds 151 to 200 keep every invariant', async () => await expectClean(151, 200), 600_000);
