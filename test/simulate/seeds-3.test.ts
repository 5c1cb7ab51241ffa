import { test } from 'vitest';
import { expectClean } from './seeds.ts';

test('seeds 101 to 150 keep every invariant', async () => await expectClean(101, 150), 600_000);
