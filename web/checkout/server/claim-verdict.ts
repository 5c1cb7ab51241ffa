// Judges a transaction that a shopper names, by its rows in the ledger, or by the chain when it has none. Both functions are pure.
import type { TokenTransfer } from '#db/entities/chain.entity.ts';
import type { ClaimedIntent } from '#db/intents/payment-claims.ts';
import type { Address } from '#domain/address.ts';
import { chainById, isUnwantedToken, tokenName } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import { confirmationNeed, confirmationsOf, tierUnits } from '#domain/confirmations.ts';
import { formatUnits, fromBaseUnits, subtract, sum, type Units } from '#domain/money.ts';
import { type Misfit, minimumUnits, misfitOf } from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { isTerminal } from '#domain/status.ts';
import type { NativeArrival } from '#web/chains/stray-reads.ts';
import type { ClaimResult } from './claim-result.ts';
import type { MinedTransaction } from './find-transaction.ts';

const amountOf = (amountUnits: Units, { chainId, token, coin }: { chainId: number; token: Address; coin: CoinId }) => ({
  amount: formatUnits(amountUnits),
  coin: tokenName(chainId, token, coin),
  network: chainById(chainId).name,
});

const misfit = (
  { intent }: ClaimedIntent,
  { token, ...transfer }: { chainId: number; coin: CoinId; token: Address; blockTime: number },
) =>
  misfitOf(
    {
      expiresAt: intent.expiresAt.getTime(),
      acceptedCoins: intent.acceptedStableCoins,
      acceptedChainIds: intent.acceptedChainIds,
    },
    { ...transfer, isUnwantedToken: isUnwantedToken(intent, { chainId: transfer.chainId, token }) },
  );

const MISFITS = {
  wrong_chain: 'wrongNetwork',
  wrong_coin: 'wrongCoin',
  late: 'late',
} as const satisfies Record<Misfit, string>;

/** What a review means to the shopper. A screening result is not shown to them. */
const REVIEWED: Record<
  Exclude<ReviewKind, 'underpaid'>,
  'wrongNetwork' | 'wrongCoin' | 'late' | 'secondPayment' | 'inReview'
> = {
  ...MISFITS,
  second_payment: 'secondPayment',
  reorg_after_confirmed: 'inReview',
  screening: 'inReview',
};

/** By this transaction's rows in the ledger; at least one. */
export const judgeByLedger = (claimed: ClaimedIntent, rows: readonly TokenTransfer[]): ClaimResult => {
  // Of several transfers in one transaction, an open one is more informative.
  const row = rows.find(({ inPayment }) => !inPayment) ?? rows[0];
  if (!row) throw new RangeError('No transfer to judge');
  const { intent, transfers, reviews } = claimed;
  const found = amountOf(row.amountUnits, row);
  // Money that the store's wallet refunded is booked as its own afterwards: it is in a payment, too.
  const own = reviews.filter(({ transfer }) => transfer.id === row.id);
  if (own.length > 0 && own.every(({ state }) => state === 'resolved')) {
    const outcomes = own.map(({ outcome }) => outcome);
    if (outcomes.includes('sent_back')) return { kind: 'returned', ...found };
    if (!row.inPayment && !outcomes.includes('accepted')) return { kind: 'left', ...found };
  }
  if (row.inPayment) return { kind: 'counted', ...found };

  const review = own.find(({ kind }) => kind !== 'underpaid');
  if (review && review.kind !== 'underpaid') return { kind: REVIEWED[review.kind], ...found };
  const misfitHere = (transfer: TokenTransfer): Misfit | null =>
    misfit(claimed, { ...pick(transfer), blockTime: transfer.blockTime.getTime() });
  const kind = misfitHere(row);
  if (kind) return { kind: MISFITS[kind], ...found };
  if (row.state === 'seen') return { kind: 'confirming', confirmations: confirmations(claimed, row), ...found };

  const received = sum(transfers.filter((one) => misfitHere(one) === null).map(({ amountUnits }) => amountUnits));
  const minimum = minimumUnits({ requiredUnits: intent.amountUnits, toleranceBps: intent.toleranceBps });
  if (received < minimum) {
    const due = formatUnits(subtract(intent.amountUnits, received));
    return { kind: 'short', received: formatUnits(received), due, coin: coinSymbol(intent.stableCoin) };
  }
  // In time and enough, but the checkout ended otherwise: the workflow is about to open a review.
  return { kind: isTerminal(intent.status) ? 'inReview' : 'counted', ...found };
};

const pick = ({ chainId, coin, token }: TokenTransfer) => ({ chainId, coin, token });

const confirmations = ({ intent, cursors }: ClaimedIntent, row: TokenTransfer) => {
  const minimum = intent.store.minimumConfirmations?.[String(row.chainId)] ?? null;
  const needs = confirmationNeed(
    chainById(row.chainId).confirmation,
    tierUnits(row.amountUnits, intent.amountUnits),
    minimum,
  );
  const depths = needs.flatMap((need) => (need.kind === 'depth' ? [need.blocks] : []));
  if (depths.length < needs.length) return null;
  const needed = Math.max(...depths);
  const head = cursors.find(({ chainId }) => chainId === row.chainId)?.headNumber ?? row.blockNumber;
  const seen = Number(confirmationsOf(row.blockNumber, { head, safe: null, finalized: null }));
  return { seen: Math.min(seen, needed), needed };
};

export interface ChainJudgement {
  finding: ClaimResult;
  /** Its block was read, but the ledger does not have it: the block must be read again. */
  recheck: boolean;
}

/** Contracts forward native coin without a log, so the balance of the address decides. */
const bringsNative = (
  deposit: Address,
  { nativeTo, transfers }: MinedTransaction,
  native: NativeArrival | null,
): boolean => {
  if (nativeTo === deposit) return true;
  if (native === null) return false;
  return native.arrived === null ? native.held > 0n && transfers.length === 0 : native.arrived > 0n;
};

/** Where the money of the transaction went, as far as it shows. A contract that was called may have passed it on. */
const recipientOf = ({ transfers, nativeTo, isPlain }: MinedTransaction): Address | null =>
  transfers.find(({ token }) => token !== null)?.to ?? transfers[0]?.to ?? (isPlain ? nativeTo : null);

/**
 * By the chain, for a mined transaction that is not in the ledger.
 * @param native what it brought to the deposit address in native coin; null when that is not known
 */
export const judgeByChain = (
  claimed: ClaimedIntent,
  transaction: MinedTransaction,
  native: NativeArrival | null = null,
): ChainJudgement => {
  const { intent, cursors } = claimed;
  const { chain, blockNumber, blockTime, succeeded, transfers } = transaction;
  const network = chain.name;
  const only = (finding: ClaimResult): ChainJudgement => ({ finding, recheck: false });
  if (!succeeded) return only({ kind: 'reverted', network });

  const toUs = transfers.filter(({ to }) => to === intent.depositAddress);
  const paid = toUs.find(({ token }) => token !== null);
  if (!paid?.token) {
    const [other] = toUs;
    if (other) return only({ kind: 'otherToken', network, contract: other.contract });
    if (bringsNative(intent.depositAddress, transaction, native))
      return only({ kind: 'nativeCoin', network, symbol: chain.nativeSymbol });
    const elsewhere = recipientOf(transaction);
    return only(elsewhere ? { kind: 'otherRecipient', network, recipient: elsewhere } : { kind: 'noPayment', network });
  }

  const { coin, decimals, address: token } = paid.token;
  const found = amountOf(fromBaseUnits(paid.amountBaseUnits, decimals), { chainId: chain.id, token, coin });
  const cursor = cursors.find(({ chainId }) => chainId === chain.id);
  const wasRead = cursor !== undefined && cursor.blockNumber >= blockNumber;
  // Without a block time, the ledger decides whether it was late.
  const kind = misfit(claimed, { chainId: chain.id, coin, token, blockTime: blockTime ?? 0 });
  if (kind === 'wrong_chain' || kind === 'wrong_coin' || kind === 'late') {
    return { finding: { kind: MISFITS[kind], ...found }, recheck: wasRead };
  }
  if (!wasRead) return only({ kind: 'notReadYet', stopped: !cursor || Boolean(cursor.trouble), ...found });
  return { finding: { kind: 'beingAdded', ...found }, recheck: true };
};
