import { test } from 'vitest';
import { expectClean } from './seeds.ts';

test('seeds 51 to 100 keep every invariant', async () => await expectClean(51, 100), 600_000);
