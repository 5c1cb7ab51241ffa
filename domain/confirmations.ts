// When a transfer counts as confirmed: a rule for each chain, as data (docs/architecture.md section 5).
import { larger, multiply, ONE_COIN, type Units } from './money.ts';

/** A number of blocks (the transfer's own block is the first), or a tag that the chain itself moves. */
export type ConfirmationNeed = { kind: 'depth'; blocks: number } | { kind: 'tag'; tag: 'safe' | 'finalized' };

export interface ConfirmationRule {
  /** Ascending by amount; the last tier has no upper bound (null). */
  tiers: readonly { upToUnits: Units | null; need: ConfirmationNeed }[];
}

/** What a watcher knows about its chain at one moment. Block numbers; null where the provider does not serve the tag. */
export interface ChainHeights {
  head: bigint;
  safe: bigint | null;
  finalized: bigint | null;
}

/**
 * The amount that decides the tier of a transfer: the price of its intent when that is more. A payment in parts is as large as a
 * payment in one, and its parts must not slip through the tier of small amounts.
 */
export const tierUnits = (transfer: Units, price: Units): Units => larger(transfer, price);

/** Where a network's entry says nothing else, payments of orders from this price on are confirmed by two providers (decision 0112). */
export const TWO_PROVIDERS_FROM: Units = multiply(ONE_COIN, 100n);

/**
 * The need for an amount. A store may require more blocks than the chain's rule, never fewer.
 * @param storeMinimumBlocks null when the store has no minimum
 */
export const confirmationNeed = (
  rule: ConfirmationRule,
  amount: Units,
  storeMinimumBlocks: number | null,
): ConfirmationNeed[] => {
  const tier = rule.tiers.find(({ upToUnits }) => upToUnits === null || amount <= upToUnits);
  if (!tier) throw new RangeError('A confirmation rule must end with an unbounded tier');
  const needs: ConfirmationNeed[] = [tier.need];
  if (storeMinimumBlocks !== null && !(tier.need.kind === 'depth' && tier.need.blocks >= storeMinimumBlocks)) {
    needs.push({ kind: 'depth', blocks: storeMinimumBlocks });
  }
  return needs;
};

/** Confirmations that a block has: 1 when it is the head, 0 when it is above it. */
export const confirmationsOf = (blockNumber: bigint, heights: ChainHeights): bigint =>
  heights.head >= blockNumber ? heights.head - blockNumber + 1n : 0n;

const isMet = (need: ConfirmationNeed, blockNumber: bigint, heights: ChainHeights): boolean => {
  if (need.kind === 'depth') return confirmationsOf(blockNumber, heights) >= BigInt(need.blocks);
  const tagged = need.tag === 'safe' ? heights.safe : heights.finalized;
  return tagged !== null && tagged >= blockNumber;
};

export const isConfirmed = (needs: readonly ConfirmationNeed[], blockNumber: bigint, heights: ChainHeights): boolean =>
  needs.every((need) => isMet(need, blockNumber, heights));
