import { test } from 'vitest';
import { expectClean } from './seeds.ts';

test('seeds 1 to 50 keep every invariant', async () => await expectClean(1, 50), 600_000);
