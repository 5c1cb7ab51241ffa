// What an order has received and what is still missing, before, at and after its verdict. Derived from its transfers and terms alone
// (decision 0053), by the rules that decide its status (payment-rules.ts).
import type { Address, Hex } from './address.ts';
import type { CoinId } from './coins.ts';
import { subtract, sum, type Units, unitsOf, ZERO } from './money.ts';
import { minimumUnits, misfitOf, type PaymentTerms, type TransferState } from './payment-rules.ts';
import type { ReviewKind } from './review-kinds.ts';
import type { ReviewOutcome } from './review-outcomes.ts';
import { IntentStatus, isAwaitingPayment, isTerminal } from './status.ts';

export interface ReceivedTransfer {
  id: string;
  chainId: number;
  token: Address;
  coin: CoinId;
  amountUnits: Units;
  txHash: Hex;
  from: Address;
  to: Address;
  blockNumber: bigint;
  /** Epoch milliseconds. */
  blockTime: number;
  state: TransferState;
  inPayment: boolean;
  /** A bridged token that the order does not accept. */
  isUnwantedToken: boolean;
  reviews: readonly { kind: ReviewKind; outcome: ReviewOutcome | null }[];
}

export interface ReceivingOrder
  extends Pick<PaymentTerms, 'requiredUnits' | 'toleranceBps' | 'acceptedChainIds' | 'acceptedCoins' | 'expiresAt'> {
  status: IntentStatus;
  isPaid: boolean;
}

/**
 * Whether a transfer counts toward the price. Once the order is paid: the transfers of its payment. Before: what fits the terms, and
 * what a person accepted. Money that waits for a person does not count, except the parts of an order that ended short.
 */
export const isCounted = (order: ReceivingOrder, transfer: ReceivedTransfer): boolean => {
  if (transfer.state === 'orphaned') return false;
  if (order.isPaid) return transfer.inPayment;
  if (transfer.reviews.some(({ outcome }) => outcome === 'accepted')) return true;
  const isHeld = transfer.reviews.some(({ kind, outcome }) => kind !== 'underpaid' || outcome !== null);
  const isOver = isTerminal(order.status) && order.status !== IntentStatus.UNDERPAID;
  return !isHeld && !isOver && misfitOf(order, transfer) === null;
};

export interface Received {
  countedUnits: Units;
  /** Of the price; 0 when what counts is enough by the store's tolerance. */
  missingUnits: Units;
  /** The shopper can still pay what is missing. */
  isOpen: boolean;
}

/** @param now epoch milliseconds */
export const receivedBy = (order: ReceivingOrder, transfers: readonly ReceivedTransfer[], now: number): Received => {
  const counted = transfers.filter((transfer) => isCounted(order, transfer));
  const countedUnits = sum(counted.map(({ amountUnits }) => amountUnits));
  const isEnough = order.isPaid || countedUnits >= minimumUnits(order);
  const missingUnits = isEnough ? unitsOf(ZERO) : subtract(order.requiredUnits, countedUnits);
  return { countedUnits, missingUnits, isOpen: !isEnough && isAwaitingPayment(order.status) && now <= order.expiresAt };
};
