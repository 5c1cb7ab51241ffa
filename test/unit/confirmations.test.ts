// When a transfer counts as confirmed: depth and tags, tiers by amount, and stores that require more.
import { describe, expect, test } from 'vitest';
import { BUILT_IN_CHAINS, chainById } from '#domain/chains.ts';
import {
  type ChainHeights,
  type ConfirmationRule,
  confirmationNeed,
  confirmationsOf,
  isConfirmed,
  tierUnits,
} from '#domain/confirmations.ts';
import { multiply, ONE_COIN, unitsOf } from '#domain/money.ts';

const heights = (head: bigint, safe: bigint | null = null, finalized: bigint | null = null): ChainHeights => ({
  head,
  safe,
  finalized,
});

// docs/architecture.md section 5: the default rule of each chain, at 1,000 coins and just above.
describe('default rules of the chains', () => {
  const depth = (blocks: number) => [{ kind: 'depth', blocks }];
  const tag = (name: string) => [{ kind: 'tag', tag: name }];
  const RULES = [
    [1, depth(12), depth(12)],
    [10, depth(10), tag('safe')],
    [8453, depth(10), tag('safe')],
    [42161, depth(300), depth(300)],
    [137, tag('finalized'), tag('finalized')],
    [56, depth(15), depth(15)],
    [11_155_111, depth(3), depth(3)],
    [84_532, depth(5), tag('safe')],
    [421_614, depth(40), depth(40)],
    [80_002, tag('finalized'), tag('finalized')],
    [97, depth(15), depth(15)],
    [31337, depth(2), depth(2)],
    [31338, depth(2), depth(2)],
  ] as const;
  test('every chain has a row', () =>
    expect(RULES.map(([id]) => id).toSorted()).toEqual(BUILT_IN_CHAINS.map(({ id }) => id).toSorted()));
  test.each(RULES)('chain %i', (id, upTo, above) => {
    const { confirmation } = chainById(id);
    expect(confirmationNeed(confirmation, unitsOf(1n), null)).toEqual(upTo);
    expect(confirmationNeed(confirmation, multiply(ONE_COIN, 1_000n), null)).toEqual(upTo);
    expect(confirmationNeed(confirmation, unitsOf(1_000n * ONE_COIN + 1n), null)).toEqual(above);
  });
});

describe('a store can require more confirmations, never fewer', () => {
  const rule = chainById(10).confirmation;
  test('a higher number replaces the default', () =>
    expect(confirmationNeed(rule, unitsOf(1n), 20)).toEqual([
      { kind: 'depth', blocks: 10 },
      { kind: 'depth', blocks: 20 },
    ]));
  test('a lower number changes nothing', () => {
    for (const blocks of [1, 9, 10])
      expect(confirmationNeed(rule, unitsOf(1n), blocks)).toEqual([{ kind: 'depth', blocks: 10 }]);
  });
  test('a number of blocks applies in addition to a tag', () =>
    expect(confirmationNeed(rule, multiply(ONE_COIN, 2_000n), 5)).toEqual([
      { kind: 'tag', tag: 'safe' },
      { kind: 'depth', blocks: 5 },
    ]));
  test('rejects a rule without a last tier', () => {
    const open: ConfirmationRule = { tiers: [{ upToUnits: unitsOf(1n), need: { kind: 'depth', blocks: 1 } }] };
    expect(() => confirmationNeed(open, unitsOf(2n), null)).toThrow(RangeError);
  });
});

describe('counting', () => {
  test.each([
    [100n, 100n, 1n],
    [100n, 101n, 2n],
    [100n, 99n, 0n],
    [100n, 0n, 0n],
  ])('block %s under head %s has %s confirmations', (block, head, count) =>
    expect(confirmationsOf(block, heights(head))).toBe(count),
  );

  test('depth counts the block of the transfer itself', () => {
    const needs = [{ kind: 'depth', blocks: 12 }] as const;
    expect(isConfirmed(needs, 100n, heights(110n))).toBe(false);
    expect(isConfirmed(needs, 100n, heights(111n))).toBe(true);
  });

  test.each([
    ['safe', heights(200n, 99n, 200n), false],
    ['safe', heights(200n, 100n, null), true],
    ['safe', heights(200n, null, 200n), false],
    ['finalized', heights(200n, 200n, 99n), false],
    ['finalized', heights(200n, null, 100n), true],
    ['finalized', heights(200n, 200n, null), false],
  ] as const)('the tag %s at block 100, %o: %s', (tag, at, met) =>
    expect(isConfirmed([{ kind: 'tag', tag }], 100n, at)).toBe(met),
  );

  test('every requirement must be met', () => {
    const needs = [
      { kind: 'tag', tag: 'safe' },
      { kind: 'depth', blocks: 50 },
    ] as const;
    expect(isConfirmed(needs, 100n, heights(148n, 120n))).toBe(false);
    expect(isConfirmed(needs, 100n, heights(149n, 99n))).toBe(false);
    expect(isConfirmed(needs, 100n, heights(149n, 100n))).toBe(true);
  });
});

test('parts of a large payment need the confirmations of the whole amount', () => {
  expect(tierUnits(unitsOf(400n), unitsOf(1_500n))).toBe(1_500n);
  expect(tierUnits(unitsOf(2_000n), unitsOf(1_500n))).toBe(2_000n);
  const { confirmation } = chainById(8453);
  const need = (transfer: bigint, price: bigint) =>
    confirmationNeed(confirmation, tierUnits(multiply(ONE_COIN, transfer), multiply(ONE_COIN, price)), null);
  expect(need(400n, 1_500n)).toEqual([{ kind: 'tag', tag: 'safe' }]);
  expect(need(400n, 800n)).toEqual([{ kind: 'depth', blocks: 10 }]);
});
