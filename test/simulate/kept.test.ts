import { test } from 'vitest';
import { expectKeptClean } from './seeds.ts';

test('histories that found a fault once do not fail again', expectKeptClean, 600_000);
