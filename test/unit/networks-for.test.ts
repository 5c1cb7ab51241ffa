// Coins of a test network have no value: a live store takes none of them where real networks are on.
import { expect, test } from 'vitest';
import { BUILT_IN_CHAINS, networksFor } from '#domain/chains.ts';

const local = BUILT_IN_CHAINS.filter((chain) => chain.local);
const publicTest = BUILT_IN_CHAINS.filter((chain) => chain.isTest && !chain.local);
const testing = [...publicTest, ...local];
const real = BUILT_IN_CHAINS.filter((chain) => !chain.isTest);

test.for([
  ['a live store beside real networks', false, BUILT_IN_CHAINS, real],
  ['a live store in development', false, local, local],
  ['a live store where only public test networks are on', false, publicTest, []],
  ['a live store beside public test networks and local ones', false, testing, []],
  ['a live store on real networks alone', false, real, real],
  ['a test store beside real networks', true, BUILT_IN_CHAINS, testing],
  ['a test store on public test networks', true, [...real, ...publicTest], publicTest],
  ['a test store in development', true, local, local],
  ['a test store without a test network', true, real, []],
] as const)('%s', ([, isTest, enabled, expected]) => {
  expect([local.length, publicTest.length, real.length]).not.toContain(0);
  expect(networksFor({ isTest }, enabled)).toEqual(expected);
});
