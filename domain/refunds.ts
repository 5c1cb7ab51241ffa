// Refunds: money on its way back to its payer. Whose it is, how much of it is left, and what the payer gets of it (decision 0054).

import type { Address, Hex } from './address.ts';
import type { CoinId } from './coins.ts';
import { feeOfSettlement } from './fees.ts';
import type { ContractId, IntentId } from './ids.ts';
import { add, type BaseUnits, larger, smaller, subtract, sum, type Units, unitsOf, ZERO } from './money.ts';
import { byChainOrder, type PaymentTransferFacts, surplusBySender } from './payment-parts.ts';
import type { ReviewKind } from './review-kinds.ts';

/**
 * Where a refund is paid from. `deposit`: the deposit address, by a signed release order. `wallet`: the receiver's own wallet, by a
 * transfer. `external`: it was paid elsewhere, and is recorded by its transaction.
 */
export type RefundSource = 'deposit' | 'wallet' | 'external';

/** Who bears the platform's fee of the money that goes back. */
export type FeeBearer = 'payer' | 'merchant';

/** What to search the chain for once the receiver has signed. Amounts are in the token's base units. */
export interface ExpectedRefund {
  source: RefundSource;
  intentId: IntentId;
  contractId: ContractId;
  factory: Address;
  /** The merchant's receiver, who pays when the money comes from its wallet. */
  receiver: Address;
  token: Address;
  toAddress: Address;
  /** What leaves the deposit address or the wallet, the contract's fee included. */
  amountBaseUnits: BaseUnits;
  orderDigest: Hex | null;
  /** The event cannot be below this block. */
  fromBlock: bigint;
  deadline: Date;
  txHash: Hex | null;
  /** When a reorganisation removed it after it was confirmed; null when none did. */
  removedAt: Date | null;
}

/** A confirmed transfer of the order. */
export interface RefundableTransfer extends PaymentTransferFacts {
  id: string;
  /** Part of the payment that confirmed the order, or of what a person accepted later. */
  booked: 'payment' | 'accepted' | null;
  /** The review that decides on it; null when there is none. */
  review: { id: string; kind: ReviewKind; isOpen: boolean } | null;
  /** Screening denies its sender, and nobody accepted the money. */
  isDenied: boolean;
}

/** A refund that did not fail: done or under way. */
export interface StandingRefund {
  chainId: number;
  token: Address;
  payer: Address;
  source: RefundSource;
  /** The reviewed transfer that it refunds; null for any other. */
  transferId: string | null;
  /** What leaves, and what the merchant keeps of the refunded amount because the payer bears the fee. */
  amountBaseUnits: BaseUnits;
  withheldBaseUnits: BaseUnits;
}

/** A piece of a payer's money that stands out: what exceeds the price, or a transfer that waits for a decision. */
export type RefundPart =
  | { kind: 'surplus'; amountBaseUnits: BaseUnits }
  | { kind: 'review'; reviewItemId: string; reviewKind: ReviewKind; transferId: string; amountBaseUnits: BaseUnits };

/** The money of one payer in one token on one chain, in base units. */
export interface RefundShare {
  chainId: number;
  token: Address;
  coin: CoinId;
  payer: Address;
  unitsPerBase: bigint;
  receivedBaseUnits: BaseUnits;
  /** Refunded or being refunded. */
  refundedBaseUnits: BaseUnits;
  remainingBaseUnits: BaseUnits;
  /** At most this much of it may still be at the deposit address: what was not settled by the ledger. */
  atDepositBaseUnits: BaseUnits;
  isDenied: boolean;
  /** Amounts are what is left of each. */
  parts: RefundPart[];
}

/** The review whose whole transfer this amount refunds. */
export const wholeReview = (share: RefundShare | undefined, amount: BaseUnits): string | null => {
  const part = share?.parts.find((one) => one.kind === 'review' && one.amountBaseUnits === amount);
  return part?.kind === 'review' ? part.reviewItemId : null;
};

export interface RefundFacts {
  priceUnits: Units;
  /** Confirmed transfers, in any order. */
  transfers: readonly RefundableTransfer[];
  refunds: readonly StandingRefund[];
  /** Tokens of which a settlement has been paid: their booked money is no longer at the deposit address. */
  settled: readonly { chainId: number; token: Address }[];
}

/**
 * What a refund returns of what was sent, in ledger units: what leaves, and what the merchant keeps of it because the payer bears the fee.
 * SQL says the same: db/refunds/covered-units.ts.
 */
export const coveredUnits = ({
  amountUnits,
  amountBaseUnits,
  withheldBaseUnits,
}: {
  amountUnits: Units;
  amountBaseUnits: BaseUnits;
  withheldBaseUnits: BaseUnits;
}): Units => unitsOf(amountUnits + withheldBaseUnits * (amountUnits / amountBaseUnits));

const coveredBy = (refund: StandingRefund): BaseUnits => add(refund.amountBaseUnits, refund.withheldBaseUnits);
const total = (amounts: readonly BaseUnits[]): BaseUnits => sum(amounts);
const less = (amount: BaseUnits, taken: BaseUnits): BaseUnits => larger(subtract(amount, taken), ZERO);

/**
 * What can be refunded of an order: one share for each (chain, token, payer), in chain order. Nobody can get more than they sent in
 * that token on that chain, and a surplus is its own sender's.
 */
export const refundShares = ({ priceUnits, transfers, refunds, settled }: RefundFacts): RefundShare[] => {
  const inOrder = transfers.toSorted(byChainOrder);
  const surpluses = surplusBySender(
    inOrder.filter(({ booked }) => booked === 'payment'),
    priceUnits,
  );
  const groups = Map.groupBy(inOrder, ({ chainId, token, txFrom }) => `${chainId}:${token}:${txFrom}`);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { chainId, token, coin, txFrom: payer } = first;
    const isHere = (one: { chainId: number; token: Address }) => one.chainId === chainId && one.token === token;
    const given = refunds.filter((refund) => isHere(refund) && refund.payer === payer);
    const receivedBaseUnits = total(own.map(({ amountBaseUnits }) => amountBaseUnits));
    const refundedBaseUnits = total(given.map(coveredBy));
    const remainingBaseUnits = less(receivedBaseUnits, refundedBaseUnits);
    const surplus = surpluses.find((one) => isHere(one) && one.sender === payer)?.amountBaseUnits ?? ZERO;
    return [
      {
        ...{ chainId, token, coin, payer, receivedBaseUnits, refundedBaseUnits, remainingBaseUnits },
        unitsPerBase: first.amountUnits / first.amountBaseUnits,
        atDepositBaseUnits: atDeposit(own, given, settled.some(isHere)),
        isDenied: own.some(({ isDenied }) => isDenied),
        parts: [
          ...surplusPart(surplus, given, remainingBaseUnits),
          ...own.flatMap((transfer) => reviewPart(transfer, given, remainingBaseUnits)),
        ],
      },
    ];
  });
};

const atDeposit = (
  own: readonly RefundableTransfer[],
  given: readonly StandingRefund[],
  isSettled: boolean,
): BaseUnits => {
  const held = own.filter(({ booked }) => booked === null || !isSettled);
  const released = given.filter(({ source }) => source === 'deposit');
  return less(
    total(held.map(({ amountBaseUnits }) => amountBaseUnits)),
    total(released.map(({ amountBaseUnits }) => amountBaseUnits)),
  );
};

/** Refunds that name no transfer count toward the surplus first. */
const surplusPart = (surplus: BaseUnits, given: readonly StandingRefund[], remaining: BaseUnits): RefundPart[] => {
  const returned = total(given.filter(({ transferId }) => transferId === null).map(coveredBy));
  const amountBaseUnits = smaller(less(surplus, returned), remaining);
  return amountBaseUnits > 0n ? [{ kind: 'surplus', amountBaseUnits }] : [];
};

const reviewPart = (
  { id, booked, review, amountBaseUnits: sent }: RefundableTransfer,
  given: readonly StandingRefund[],
  remaining: BaseUnits,
): RefundPart[] => {
  const amountBaseUnits = smaller(sent, remaining);
  const isOpen = review?.isOpen && booked === null && !given.some(({ transferId }) => transferId === id);
  if (!review || !isOpen || amountBaseUnits === 0n) return [];
  return [{ kind: 'review', reviewItemId: review.id, reviewKind: review.kind, transferId: id, amountBaseUnits }];
};

/** What one refund moves, in base units. */
export interface RefundQuote {
  /** Leaves the deposit address or the wallet. */
  leavesBaseUnits: BaseUnits;
  /** Taken by the contract from what leaves the deposit address. */
  feeBaseUnits: BaseUnits;
  /** Kept by the merchant, who paid this fee when the money was settled. */
  withheldBaseUnits: BaseUnits;
  payerGetsBaseUnits: BaseUnits;
}

/**
 * What becomes of an amount that goes back. From the deposit address the contract takes the platform's fee of it. From the wallet the
 * payer gets all of it, or, when the payer bears the fee, what a settlement of it would pay out.
 */
export const quoteRefund = (
  amountBaseUnits: BaseUnits,
  { source, feeBearer, feeRateE9 }: { source: 'deposit' | 'wallet'; feeBearer: FeeBearer; feeRateE9: bigint },
): RefundQuote => {
  const fee = feeOfSettlement(amountBaseUnits, feeRateE9);
  const net = subtract(amountBaseUnits, fee);
  if (source === 'deposit')
    return { leavesBaseUnits: amountBaseUnits, feeBaseUnits: fee, withheldBaseUnits: ZERO, payerGetsBaseUnits: net };
  return feeBearer === 'payer'
    ? { leavesBaseUnits: net, feeBaseUnits: ZERO, withheldBaseUnits: fee, payerGetsBaseUnits: net }
    : {
        leavesBaseUnits: amountBaseUnits,
        feeBaseUnits: ZERO,
        withheldBaseUnits: ZERO,
        payerGetsBaseUnits: amountBaseUnits,
      };
};

/** Where a refund is paid from: a merchant who bears the fee pays from the wallet, whose transfers have none. */
export const refundSource = (
  amountBaseUnits: BaseUnits,
  { atDepositBaseUnits }: Pick<RefundShare, 'atDepositBaseUnits'>,
  { feeBearer, heldAtDeposit }: { feeBearer: FeeBearer; heldAtDeposit: BaseUnits },
): 'deposit' | 'wallet' =>
  feeBearer === 'payer' && amountBaseUnits <= smaller(atDepositBaseUnits, heldAtDeposit) ? 'deposit' : 'wallet';
