// Coins of a test network have no value: a live store takes none of them where real networks are on.
import { expect, test } from 'vitest';
import { CHAINS, networksFor } from '#domain/chains.ts';

const [local, real] = [CHAINS.filter((chain) => chain.local), CHAINS.filter((chain) => !chain.local)];

test.for([
  ['a live store beside real networks', false, CHAINS, real],
  ['a live store in development', false, local, local],
  ['a live store on real networks alone', false, real, real],
  ['a test store beside real networks', true, CHAINS, local],
  ['a test store in development', true, local, local],
  ['a test store without a test network', true, real, []],
] as const)('%s', ([, isTest, enabled, expected]) => {
  expect([local.length, real.length]).not.toContain(0);
  expect(networksFor({ isTest }, enabled)).toEqual(expected);
});
