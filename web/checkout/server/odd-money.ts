// What became of money that did not simply pay the order, as its shopper reads it: the store decides on it, left it where it is, sent it
// back, or the network removed it.
import type { TokenTransfer } from '#db/entities/chain.entity.ts';
import type { ReviewItem } from '#db/entities/delivery.entity.ts';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { chainById } from '#domain/chains.ts';
import { DUST_UNITS, type Misfit } from '#domain/payment-rules.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import { IntentStatus, isTerminal } from '#domain/status.ts';
import { formatTokenAmounts } from '#domain/token-amounts.ts';
import type { OddMoney, OddReason } from './view-types.ts';

export type ReviewSeen = Pick<ReviewItem, 'kind' | 'state' | 'outcome'> & { transfer: Pick<TokenTransfer, 'id'> };

interface OrderMoney {
  intent: CheckoutIntent;
  /** Those that no reorganisation removed, in chain order. */
  transfers: readonly TokenTransfer[];
  removed: readonly TokenTransfer[];
  reviews: readonly ReviewSeen[];
  misfit(transfer: TokenTransfer): Misfit | null;
}

/** What a review means to the shopper. A screening result is not shown to them. */
const REASONS: Record<ReviewKind, OddReason> = {
  late: 'late',
  wrong_coin: 'wrongCoin',
  wrong_chain: 'wrongNetwork',
  underpaid: 'short',
  second_payment: 'second',
  screening: 'check',
  reorg_after_confirmed: 'check',
};

type Standing = OddReason | 'counted' | 'left' | 'returned';

const standingOf = ({ intent, reviews, misfit }: OrderMoney, transfer: TokenTransfer): Standing => {
  const own = reviews.filter((review) => review.transfer.id === transfer.id);
  const open = transfer.inPayment ? undefined : own.find(({ state }) => state === 'open');
  if (open) return REASONS[open.kind];
  if (own.some(({ outcome }) => outcome === 'sent_back')) return 'returned';
  if (transfer.inPayment) return 'counted';
  if (own.some(({ outcome }) => outcome === 'accepted')) return 'counted';
  if (own.length > 0) return 'left';
  // The watcher has seen it, and the workflow has not judged it yet. Dust is never judged.
  if (transfer.amountUnits < DUST_UNITS) return 'counted';
  if (intent.status === IntentStatus.CONFIRMED || intent.confirmedAt) return 'second';
  const kind = misfit(transfer);
  if (kind) return REASONS[kind];
  return isTerminal(intent.status) ? 'late' : 'counted';
};

export interface JudgedMoney extends OddMoney {
  /** Transfers that neither count nor are dust, in chain order. */
  transfers: TokenTransfer[];
}

export const oddMoney = (money: OrderMoney): JudgedMoney => {
  const judged = money.transfers.map((transfer) => ({ transfer, standing: standingOf(money, transfer) }));
  const amountOf = (wanted: Standing): string | null =>
    formatTokenAmounts(judged.filter(({ standing }) => standing === wanted).map(({ transfer }) => transfer)) || null;
  const waiting = judged.flatMap(({ transfer, standing }) =>
    standing === 'counted' || standing === 'left' || standing === 'returned' ? [] : [{ transfer, reason: standing }],
  );
  const byReason = Map.groupBy(waiting, ({ reason, transfer }) =>
    reason === 'wrongNetwork' ? `${reason} ${transfer.chainId}` : reason,
  );
  return {
    waiting: [...byReason.values()].map((same) => {
      const [first] = same;
      if (!first) throw new RangeError('a group has a member');
      return {
        reason: first.reason,
        received: formatTokenAmounts(same.map(({ transfer }) => transfer)),
        network: chainById(first.transfer.chainId).name,
      };
    }),
    left: amountOf('left'),
    returned: amountOf('returned'),
    removed: removedAmount(money),
    transfers: judged.filter(({ standing }) => standing !== 'counted').map(({ transfer }) => transfer),
  };
};

/** Money that the order had, that a reorganisation removed, and that is in no block now. */
const removedAmount = ({ transfers, removed, misfit }: OrderMoney): string | null => {
  const isBack = ({ txHash }: TokenTransfer): boolean => transfers.some((transfer) => transfer.txHash === txHash);
  const gone = removed.filter((transfer) => (transfer.inPayment || misfit(transfer) === null) && !isBack(transfer));
  // One transaction that was removed several times has a row of each block.
  const once = new Map(gone.map((transfer) => [`${transfer.chainId} ${transfer.txHash} ${transfer.token}`, transfer]));
  return formatTokenAmounts([...once.values()]) || null;
};
