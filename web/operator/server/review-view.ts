// A review as an operator sees it: the checks with their findings, and the possible decisions.
import type { ReviewDetail, ReviewRow } from '#db/reviews/review-queue.ts';
import { type Chain, findChain, isUnwantedToken, networkName, tokenName } from '#domain/chains.ts';
import { coinSymbol } from '#domain/coins.ts';
import { durationText } from '#domain/duration.ts';
import { formatUnits, type Units } from '#domain/money.ts';
import { possibleOutcomes } from '#domain/review-outcomes.ts';
import { countText } from '#web/ui/count-text.ts';
import { SETTLEMENT_LABELS } from '../parts/settlement-labels.ts';
import type { ReviewCheck, ReviewItemView, ReviewPageView } from './operator-types.ts';
import { orderItem } from './order-item.ts';

export const reviewItem = (row: ReviewRow): ReviewItemView => ({
  ...orderItem(row),
  kind: row.kind,
  state: row.state,
  outcome: row.outcome,
  resolution: row.resolution,
  resolvedBy: row.resolvedBy,
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
  merchantId: row.merchantId,
  merchantName: row.merchantName,
  coin: tokenName(row.chainId, row.token, row.coin),
  amount: formatUnits(row.amountUnits),
  txHash: row.txHash,
});

export const reviewPage = (review: ReviewDetail, temporalUrl: string | null): ReviewPageView => ({
  ...reviewItem(review),
  checks: checksOf(review),
  facts: factsOf(review, findChain(review.chainId)),
  isOnChain: review.transferState !== 'orphaned',
  possible: review.state === 'open' ? possibleOutcomes(review.kind, review.transferState) : [],
  temporalUrl,
  refund: review.refund,
  confirmedBy: review.confirmedBy,
  siblings: review.siblings,
});

const coins = (units: Units, review: ReviewDetail): string =>
  `${formatUnits(units)} ${tokenName(review.chainId, review.token, review.coin)}`;
const time = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const checksOf = (review: ReviewDetail): ReviewCheck[] => {
  const late = (review.blockTime.getTime() - review.expiresAt.getTime()) / 1000;
  const required = review.priceUnits - (review.priceUnits * BigInt(review.toleranceBps)) / 10_000n;
  const enough = review.amountUnits >= required;
  const paidByOther = review.confirmedTx !== null && review.confirmedTx !== review.txHash;
  const confirmations = review.cursorBlock === null ? null : review.cursorBlock - review.blockNumber + 1n;
  const transferState = {
    confirmed: `confirmed in block ${review.blockNumber}${confirmations === null ? '' : `, ${countText(confirmations, 'confirmation')} at the watcher`}`,
    seen: `in block ${review.blockNumber}, without enough confirmations yet`,
    orphaned: `block ${review.blockNumber} was removed by a reorganisation: this transfer is not on the chain`,
  }[review.transferState];
  return [
    { label: 'The transfer is confirmed', ok: review.transferState === 'confirmed', found: transferState },
    {
      label: 'The order accepts this coin',
      ok: review.acceptedCoins.includes(review.coin) && !isUnwantedToken(review, review),
      found: `${tokenName(review.chainId, review.token, review.coin)}; it accepts ${review.acceptedCoins.map(coinSymbol).join(', ')}${
        review.acceptsBridgedTokens ? ', also bridged' : ''
      }`,
    },
    {
      label: 'The order accepts this network',
      ok: review.acceptedChainIds.includes(review.chainId),
      found: `${networkName(review.chainId)}; it accepts ${review.acceptedChainIds.map(networkName).join(', ')}`,
    },
    {
      label: 'In time',
      ok: late <= 0,
      found:
        late <= 0
          ? `mined ${durationText(-late)} before the checkout ended (${time(review.expiresAt)})`
          : `mined ${durationText(late)} after the checkout ended (${time(review.expiresAt)})`,
    },
    {
      label: 'Enough for the price',
      ok: enough,
      found: `${coins(review.amountUnits, review)} of ${formatUnits(review.priceUnits)}, ${review.toleranceBps} basis points tolerance${
        review.receivedUnits === review.amountUnits
          ? ''
          : `; all of this order’s money on the chain is ${formatUnits(review.receivedUnits)}`
      }`,
    },
    {
      label: 'The first payment of this order',
      ok: !paidByOther,
      found: paidByOther ? `the order was already paid by ${review.confirmedTx}` : 'no other transaction has paid it',
    },
    {
      label: 'Screening allows the payer',
      ok: review.kind !== 'screening',
      found: review.kind === 'screening' ? `it denied ${review.from}` : `it did not deny ${review.from}`,
    },
  ];
};

const factsOf = (review: ReviewDetail, chain: Chain | undefined): ReviewPageView['facts'] => {
  const explorer = chain?.explorerTxUrl ?? null;
  const address = (value: string): string | null => (explorer ? `${new URL(explorer).origin}/address/${value}` : null);
  const transaction = (value: string): string | null => (explorer ? `${explorer}${value}` : null);
  return [
    { label: 'Transaction', value: review.txHash, link: transaction(review.txHash) },
    { label: 'From', value: review.from, link: address(review.from) },
    { label: 'To (deposit address)', value: review.to, link: address(review.to) },
    { label: 'Token contract', value: review.token, link: address(review.token) },
    { label: 'Block', value: `${review.blockNumber}, ${time(review.blockTime)}`, link: null },
    { label: 'Merchant’s receiver', value: review.receiver, link: address(review.receiver) },
    ...review.settlements.map(({ state, txHash }) => ({
      label: `Settlement (${SETTLEMENT_LABELS[state].toLowerCase()})`,
      value: txHash ?? 'not sent yet',
      link: txHash ? transaction(txHash) : null,
    })),
  ];
};
