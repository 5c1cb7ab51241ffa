// What one watcher knows while it holds a chain's lease: its state, and what all of its parts do with lease and trouble.
import type { Address, Hex } from '#domain/address.ts';
import type { ChainHeights } from '#domain/confirmations.ts';
import type { Units } from '#domain/money.ts';
import type { WatchPosition } from '#domain/observed-blocks.ts';
import { tokenTrouble } from '#domain/token-check.ts';
import type { EarlyStretch } from './finality-pass.ts';
import type { HeadFeed } from './head-feed.ts';
import { NEW_PHASE, type PollPhase } from './poll-phase.ts';
import { createProvenHeaders, type ProvenHeaders } from './proven-headers.ts';
import { type AwaitedWords, noWords } from './second-word.ts';
import type { RejectedToken, WatchLedger } from './watch-ledger.ts';
import type { ReadDeps } from './watch-look.ts';
import type { BlocksRead } from './watch-read.ts';
import { type ChainTags, UNKNOWN_TAGS } from './watch-tags.ts';

export interface WatcherLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a step of a catch-up has read: new blocks, and their second pass if it has begun. */
export interface StepRead {
  reading: BlocksRead;
  early: EarlyStretch | undefined;
}

/** Times are of `performance.now()`. */
export interface WatchState {
  position: WatchPosition;
  /** The message in the ledger; undefined before the first one is written. */
  trouble: string | null | undefined;
  /** A tag that the chain's rule needs and the last block's provider did not serve, as a message. */
  missingTag: string | null;
  /** Tokens whose contracts are not what we know, the message about them, and when they are checked next. */
  tokens: { rejected: ReadonlySet<Address>; trouble: string | null; dueAt: number };
  failingSince: number | undefined;
  /** Since when every provider's head has been below the cursor. */
  behindSince: number | undefined;
  tags: ChainTags;
  /** Money may wait for a tag. */
  isTagAwaited: boolean;
  /** Of the last commit. */
  heights: ChainHeights | undefined;
  words: AwaitedWords;
  /** Of the first pass, until the second. */
  proven: ProvenHeaders;
  phase: PollPhase;
  stepBeganAt: number;
  finalPassDone: boolean;
  /** The provider of the last look. */
  reader: string | undefined;
  probedAt: number;
  /** The last look that asked the pool for its head. */
  polledAt: number;
  renewedAt: number;
  recheckAt: number;
  /** The next step of a catch-up, on its way; it begins after a block that is perhaps not committed yet. */
  ahead: { after: Hex; next: Promise<StepRead | undefined> } | undefined;
}

export interface WatchSession {
  deps: ReadDeps;
  log: WatcherLog;
  leaseToken: bigint;
  leaseMs: number;
  /** Payments from here on (`tierUnits`) are confirmed by two providers, where there are two. */
  twoProvidersFrom: Units;
  state: WatchState;
  /** Undefined: the watcher polls. */
  heads: HeadFeed | undefined;
}

export const initialState = (position: WatchPosition, rejected: readonly RejectedToken[]): WatchState => ({
  position,
  trouble: undefined,
  missingTag: null,
  tokens: {
    rejected: new Set(rejected.map(({ token }) => token)),
    trouble: tokenTrouble(rejected.map(({ trouble }) => trouble)),
    dueAt: 0,
  },
  failingSince: undefined,
  behindSince: undefined,
  tags: UNKNOWN_TAGS,
  isTagAwaited: true,
  heights: undefined,
  words: noWords(),
  proven: createProvenHeaders(),
  phase: NEW_PHASE,
  stepBeganAt: performance.now(),
  finalPassDone: false,
  reader: undefined,
  probedAt: performance.now(),
  polledAt: Number.NEGATIVE_INFINITY,
  renewedAt: 0,
  recheckAt: 0,
  ahead: undefined,
});

/** Shows a message to the operator, or clears it with null. */
export const setTrouble = async ({ deps, log, leaseToken, state }: WatchSession, trouble: string | null) => {
  if (trouble === state.trouble) return;
  const chainId = deps.chain.id;
  if (trouble) log.warn({ chainId, trouble }, 'watcher in trouble');
  else if (state.trouble) log.info({ chainId }, 'watcher recovered');
  await deps.ledger.setTrouble(chainId, leaseToken, trouble);
  state.trouble = trouble;
};

/** Extends the lease when a third of it has passed, and stores the head if it is known. Throws LeaseLostError. */
export const renewLease = async ({ deps, leaseToken, leaseMs, state }: WatchSession, head: bigint | null) => {
  if (performance.now() - state.renewedAt < leaseMs / 3) return;
  state.renewedAt = performance.now();
  await deps.ledger.renewLease(deps.chain.id, leaseToken, leaseMs, head);
};

/** Throws when the watcher was never begun. */
export const mustHavePosition = async (ledger: WatchLedger, chainId: number): Promise<WatchPosition> => {
  const position = await ledger.position(chainId);
  if (!position) throw new Error(`Chain ${chainId} has no cursor`);
  return position;
};
