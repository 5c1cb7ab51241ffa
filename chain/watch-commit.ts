// Hands what was read to the ledger: new blocks, finalised blocks, and blocks that were read again. Each commit is one transaction.
import type { Chain } from '#domain/chains.ts';
import { type ChainHeights, confirmationNeed, isConfirmed, tierUnits } from '#domain/confirmations.ts';
import { LeaseLostError } from '#domain/errors.ts';
import { formatUnits } from '#domain/money.ts';
import type { MatchedTransfer, ScannedTransfer, UnvouchedTransfer, WatchStep } from '#domain/observed-blocks.ts';
import { readBlockAgain } from './block-recheck.ts';
import { agreement, type EarlyStretch, readFinal, readFinalEarly } from './finality-pass.ts';
import { spelledAddress } from './spelled-address.ts';
import type { BlocksRead } from './watch-read.ts';
import type { WatchSession } from './watch-session.ts';
import { secondPassBlocks } from './watch-tags.ts';
import { isRejected } from './watch-tokens.ts';
import { gatherWords, isAlone, noteOwn, noteUnvouched } from './watch-words.ts';

/** How often claims are read; later after a failure, because they must never delay new blocks. */
const RECHECK_EVERY_MS = 2_000;
const RECHECK_AFTER_FAILURE_MS = 15_000;
const RECHECKS_AT_ONCE = 8;

interface Matched {
  transfers: MatchedTransfer[];
  held: MatchedTransfer[];
  unvouched: UnvouchedTransfer[];
}

/** The transfers that go to deposit addresses, with their state by the chain's confirmation rule. Those in rejected tokens are held.
 * @param isByTwo whether two providers have read a transfer
 */
const match = async (
  session: WatchSession,
  scanned: readonly ScannedTransfer[],
  heights: ChainHeights,
  isByTwo: (transfer: ScannedTransfer) => boolean,
): Promise<Matched> => {
  const matched = await toDeposits(session, scanned, heights, isByTwo);
  const [held, credited] = [
    matched.filter(({ transfer: { token } }) => isRejected(session, token)),
    matched.filter(({ transfer: { token } }) => !isRejected(session, token)),
  ];
  return {
    transfers: credited.map(({ transfer }) => transfer),
    held: held.map(({ transfer }) => transfer),
    unvouched: credited.flatMap(({ unvouched }) => unvouched ?? []),
  };
};

const toDeposits = async (
  { deps: { chain, ledger, pool }, twoProvidersFrom }: WatchSession,
  transfers: readonly ScannedTransfer[],
  heights: ChainHeights,
  isByTwo: (transfer: ScannedTransfer) => boolean,
): Promise<{ transfer: MatchedTransfer; unvouched: UnvouchedTransfer | null }[]> => {
  if (transfers.length === 0) return [];
  const receivers = new Map(transfers.map(({ to }) => [to, spelledAddress(to)]));
  const deposits = await ledger.depositsAmong(chain.id, [...receivers.values()]);
  return transfers.flatMap((transfer) => {
    const to = receivers.get(transfer.to);
    const deposit = to && deposits.get(to);
    if (!deposit) return [];
    const size = tierUnits(transfer.amountUnits, deposit.priceUnits);
    const needs = confirmationNeed(chain.confirmation, size, deposit.storeMinimumBlocks);
    const isMet = isConfirmed(needs, transfer.blockNumber, heights);
    const isVouched = size < twoProvidersFrom || isAlone(pool) || isByTwo(transfer);
    const state = isMet && isVouched ? 'confirmed' : 'seen';
    return [
      {
        transfer: { ...transfer, from: spelledAddress(transfer.from), to, intentId: deposit.intentId, state } as const,
        unvouched: isMet && !isVouched ? { ...transfer, needs } : null,
      },
    ];
  });
};

/**
 * New blocks, and the removal of those above the common ancestor after a reorganisation. Their second pass too, where `early` has read it
 * and agrees: one transaction moves both cursors.
 * @returns whether it did
 */
export const commitBlocks = async (
  session: WatchSession,
  reading: BlocksRead,
  early: EarlyStretch | undefined,
): Promise<boolean> => {
  const { deps, log, leaseToken, state } = session;
  const { cursor, headers, heights, orphanAbove } = reading;
  const { position } = state;
  const chainId = deps.chain.id;
  state.missingTag = missingTagMessage(deps.chain, heights, reading.provider);
  const agreed = early && orphanAbove === null ? await agreement(deps, position, reading, early) : undefined;
  const added = new Set(agreed?.added);
  const isByTwo = agreed !== undefined && agreed.provider !== reading.provider;
  const found = await match(
    session,
    [...reading.transfers, ...added],
    heights,
    (transfer) => isByTwo && !added.has(transfer),
  );
  await commit(session, found, {
    chainId,
    leaseToken,
    cursor,
    blocks: headers,
    orphanAbove,
    finalNumber: agreed ? cursor.number : null,
    heights,
  });
  state.tags = reading.tags;
  if (orphanAbove !== null) {
    log.warn({ chainId, ancestor: String(orphanAbove), was: String(position.cursor.number) }, 'chain reorganised');
  }
  if (agreed) {
    state.position = { cursor, finalNumber: cursor.number };
    state.finalPassDone = true;
    state.proven.forget(cursor.number);
    return true;
  }
  const finalNumber = orphanAbove !== null && orphanAbove < position.finalNumber ? orphanAbove : position.finalNumber;
  state.position = { cursor, finalNumber };
  state.proven.add(headers, orphanAbove);
  return false;
};

/** Transfers of a stretch of blocks that moves neither cursor nor ancestor. */
const commitTransfers = async (
  session: WatchSession,
  heights: ChainHeights,
  scanned: readonly ScannedTransfer[],
  finalNumber: bigint | null,
): Promise<void> => {
  const found = await match(session, scanned, heights, () => false);
  await commit(session, found, {
    chainId: session.deps.chain.id,
    leaseToken: session.leaseToken,
    cursor: null,
    blocks: [],
    orphanAbove: null,
    finalNumber,
    heights,
  });
};

/** One transaction, and what it left waiting. */
const commit = async (
  { deps, state, twoProvidersFrom }: WatchSession,
  { unvouched, ...found }: Matched,
  step: Omit<WatchStep, 'transfers' | 'held' | 'vouched' | 'denied' | 'twoProvidersFrom'>,
): Promise<void> => {
  const { vouched, denied, own } = state.words;
  // What is confirmed at once waits for nobody's word.
  if (isAlone(deps.pool)) {
    noteOwn(
      state.words,
      found.transfers.filter((transfer) => transfer.state === 'seen'),
    );
  }
  const mayConfirm = { has: (key: string) => vouched.has(key) || own.has(key) };
  const result = await deps.ledger.commit({ ...step, ...found, vouched: mayConfirm, denied, twoProvidersFrom });
  state.isTagAwaited = result.isTagAwaited;
  state.heights = step.heights;
  noteUnvouched(state.words, [...result.unvouched, ...unvouched]);
};

/** Confirms what providers have vouched for, and takes back what all of them deny. */
export const applyWords = async (session: WatchSession): Promise<void> => {
  const { heights } = session.state;
  if (heights && (await gatherWords(session))) await commitTransfers(session, heights, [], null);
};

/**
 * Begins the second pass of blocks that are final already, before `commitBlocks`. Undefined at the tip.
 * @param finalNumber as it will be when the blocks are written
 */
export const beginFinal = (
  { deps, state: { proven } }: WatchSession,
  { cursor, headers, heights, provider, orphanAbove }: BlocksRead,
  finalNumber: bigint,
): EarlyStretch | undefined =>
  orphanAbove === null && heights.finalized !== null && cursor.number <= heights.finalized
    ? readFinalEarly(deps, { cursor, finalNumber }, heights, provider, headers, proven)
    : undefined;

/**
 * Reads finalised blocks a second time, once there are enough of them, or when it was not done since the start.
 * @param early what `beginFinal` began
 */
export const commitFinal = async (
  session: WatchSession,
  { heights, provider }: BlocksRead,
  early: EarlyStretch | undefined,
): Promise<void> => {
  const { deps, state } = session;
  const waiting = (heights.finalized ?? heights.head) - state.position.finalNumber;
  // `finalized` moves in jumps, and may be some blocks short of a full pass when it is asked for.
  if (waiting < secondPassBlocks(deps.chain) / 2n && state.finalPassDone) return;
  const pass = await readFinal(deps, state.position, heights, provider, state.proven, early);
  state.finalPassDone = true;
  if (!pass) return;
  await commitTransfers(session, heights, pass.transfers, pass.finalNumber);
  state.position = { ...state.position, finalNumber: pass.finalNumber };
  state.proven.forget(pass.finalNumber);
};

/** Blocks that payers' claims point to (block-recheck.ts). A block that cannot be read is postponed. */
export const recheckClaims = async (session: WatchSession): Promise<void> => {
  const { deps, log, leaseToken, state } = session;
  if (performance.now() < state.recheckAt) return;
  state.recheckAt = performance.now() + RECHECK_EVERY_MS;
  const chainId = deps.chain.id;
  for (const claim of await deps.ledger.rechecks(chainId, state.position.cursor.number, RECHECKS_AT_ONCE)) {
    try {
      const { heights, transfers } = await readBlockAgain(deps, claim.blockNumber, state.position.cursor.number);
      await commitTransfers(session, heights, transfers, null);
      await deps.ledger.finishRecheck(chainId, leaseToken, claim);
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      log.warn({ chainId, block: String(claim.blockNumber), err: error }, 'reading a block again failed');
      await deps.ledger.postponeRecheck(chainId, leaseToken, claim);
      state.recheckAt = performance.now() + RECHECK_AFTER_FAILURE_MS;
    }
  }
};

/** Without the tag, transfers of those amounts are never confirmed: the operator must know. */
const missingTagMessage = ({ name, confirmation }: Chain, heights: ChainHeights, provider: string): string | null => {
  for (const [index, { need }] of confirmation.tiers.entries()) {
    if (need.kind !== 'tag' || heights[need.tag] !== null) continue;
    const below = confirmation.tiers[index - 1]?.upToUnits;
    const amounts = below ? `payments above ${formatUnits(below)}` : 'payments';
    return `${provider} does not serve the block \`${need.tag}\` of ${name}: ${amounts} cannot be confirmed`;
  }
  return null;
};
