// What a watcher reads from a chain, as plain data: the shape that the scanner (chain/) hands to the ledger (db/).
import type { Address, Hex } from './address.ts';
import type { CoinId } from './coins.ts';
import type { ChainHeights, ConfirmationNeed } from './confirmations.ts';
import type { IntentId } from './ids.ts';
import type { BaseUnits, Units } from './money.ts';

export interface BlockRef {
  number: bigint;
  hash: Hex;
  parentHash: Hex;
  /** Epoch milliseconds of the header. */
  time: number;
}

/** One ERC-20 `Transfer` of an accepted token, to whomever. */
export interface ScannedTransfer {
  blockNumber: bigint;
  blockHash: Hex;
  /** Epoch milliseconds of the block. */
  blockTime: number;
  txHash: Hex;
  logIndex: number;
  token: Address;
  coin: CoinId;
  /** Lower case: most transfers are not ours, and the EIP-55 spelling takes a hash. */
  from: Hex;
  to: Hex;
  amountBaseUnits: BaseUnits;
  amountUnits: Units;
}

/** A transfer's place (the same transaction in another block is another transfer), and what its log says. */
const FACTS = ['blockHash', 'txHash', 'logIndex', 'token', 'from', 'to', 'amountBaseUnits'] as const;
export type TransferFacts = Pick<ScannedTransfer, (typeof FACTS)[number]>;

/**
 * Two readings of one log have one key only if they say the same. A header binds which logs a block has, but no hash that we check binds the
 * amount: it is what two providers say alike.
 */
export const transferKey = (facts: TransferFacts): string =>
  FACTS.map((name) => facts[name])
    .join(':')
    .toLowerCase();

/** Whether two scanned transfers have one key, without making it: for every transfer on the chain. */
export const areSameTransfer = (one: TransferFacts, other: TransferFacts): boolean =>
  FACTS.every((name) => one[name] === other[name]);

export type TransferKeys = Pick<ReadonlySet<string>, 'has'>;

/** How far a watcher has read. */
export type BlockPoint = Pick<BlockRef, 'number' | 'hash' | 'time'>;

/** A deposit address that a batch of transfers pays to. */
export interface KnownDeposit {
  intentId: IntentId;
  /** The store's own minimum of confirmations on this chain; null when it has none. */
  storeMinimumBlocks: number | null;
  /** The intent's price, which decides the tier of its transfers too. */
  priceUnits: Units;
}

/** A transfer to a deposit address, with the state in which it enters the ledger. */
export interface MatchedTransfer extends Omit<ScannedTransfer, 'from' | 'to'> {
  /** EIP-55, as the ledger stores them. */
  from: Address;
  to: Address;
  intentId: IntentId;
  state: 'seen' | 'confirmed';
}

/** A transfer to a deposit address in a token that is not credited now (domain/token-check.ts). */
export type HeldTransfer = Pick<MatchedTransfer, 'intentId' | 'txHash' | 'token' | 'blockNumber'>;

/** One step of a watcher, written in one transaction. */
export interface WatchStep {
  chainId: number;
  /** The fencing token of the lease; a stale one is rejected. */
  leaseToken: bigint;
  /** The new cursor; null when it does not move. */
  cursor: BlockPoint | null;
  /** Blocks whose hashes are to be remembered. */
  blocks: readonly BlockRef[];
  /** A reorganisation: everything above this number is orphaned, unless it is in `blocks`. Null without one. */
  orphanAbove: bigint | null;
  /** Everything at or below has been read a second time; null when that does not move. */
  finalNumber: bigint | null;
  heights: ChainHeights;
  transfers: readonly MatchedTransfer[];
  held: readonly HeldTransfer[];
  /** Has the `transferKey` of stored transfers that may be confirmed when their rule is met. */
  vouched: TransferKeys;
  /** Below this (`tierUnits`), one provider's word is enough. */
  twoProvidersFrom: Units;
  /** Of stored transfers that are not confirmed, and that every provider says final blocks do not have: they are taken back. */
  denied: TransferKeys;
}

/** A stored transfer whose confirmation rule is met, and that too few providers have vouched for yet. */
export interface UnvouchedTransfer extends TransferFacts {
  blockNumber: bigint;
  needs: readonly ConfirmationNeed[];
}

/** What a step left. */
export interface StepResult {
  /** A stored transfer waits for a tag of the chain, whatever the number of blocks. */
  isTagAwaited: boolean;
  /** Stored transfers that wait for the word of providers alone. */
  unvouched: readonly UnvouchedTransfer[];
  transfers: readonly TransferChange[];
}

/** What a step wrote about a transfer to an order. */
export interface TransferChange {
  kind: 'seen' | 'confirmed' | 'orphaned';
  intentId: IntentId;
  txHash: Hex;
  /**
   * Of `seen`: seconds from the block's time to this step, at least 0, by the database's clock; null when the ledger had the transfer
   * before, and for the other kinds.
   */
  seenAfter: number | null;
}

/** Where a watcher goes on. */
export interface WatchPosition {
  cursor: BlockPoint;
  finalNumber: bigint;
}
