// The facts that the books are checked with: what the ledger has of one token at one deposit address, and what the chain has of it at
// one block (decision 0058).
import type { Address, Hex } from '../address.ts';
import type { CoinId } from '../coins.ts';
import type { IntentId } from '../ids.ts';
import type { BaseUnits, Units } from '../money.ts';
import type { TransferState } from '../payment-rules.ts';
import type { RefundSource } from '../refunds.ts';
import type { ReviewKind } from '../review-kinds.ts';

export interface BookTransfer {
  id: string;
  txHash: Hex;
  logIndex: number;
  blockNumber: bigint;
  blockHash: Hex;
  amountBaseUnits: BaseUnits;
  state: TransferState;
  inPayment: boolean;
  bookingId: string | null;
  /** The newest review of it, other than one of a reorganisation. */
  review: { kind: ReviewKind; isOpen: boolean } | null;
  /** A review says that a reorganisation removed it after the confirmation. */
  isRemovalReviewed: boolean;
}

export interface BookSettlement {
  id: string;
  /** Recorded as paid before the verification began. */
  isSettled: boolean;
  /** Waits to be paid. */
  isOpen: boolean;
  netBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  /** `eventKey` of its event. */
  event: string | null;
}

export interface BookRefund {
  id: string;
  source: RefundSource;
  /** Confirmed before the verification began; else under way. Failed refunds are left out. */
  isConfirmed: boolean;
  from: Address;
  to: Address;
  /** What leaves, the fee included. */
  amountBaseUnits: BaseUnits;
  txHash: Hex | null;
  /** Null on refunds that were confirmed before it was recorded. */
  logIndex: number | null;
}

export interface BookedSum {
  id: string;
  grossUnits: Units;
  feeUnits: Units;
}

/** One token at one deposit address, as the ledger has it. */
export interface LedgerAccount {
  storeId: string;
  intentId: IntentId;
  isPaid: boolean;
  chainId: number;
  token: Address;
  coin: CoinId;
  decimals: number;
  depositAddress: Address;
  receiver: Address;
  feeReceiver: Address;
  feeRateE9: bigint;
  transfers: readonly BookTransfer[];
  settlements: readonly BookSettlement[];
  refunds: readonly BookRefund[];
  bookings: readonly BookedSum[];
  /** Transactions whose transfers wait because the token's contract is not what we know. */
  heldTxHashes: readonly Hex[];
}

/** What the factory paid out of a deposit address, by its event. */
export interface Payout {
  kind: 'settled' | 'released';
  deposit: Address;
  token: Address;
  /** Who got a release; null for a settlement, which pays the receiver. */
  to: Address | null;
  paidBaseUnits: BaseUnits;
  feeBaseUnits: BaseUnits;
  txHash: Hex;
  logIndex: number;
  blockNumber: bigint;
}

/** A token's `Transfer` log. */
export interface ChainTransfer {
  token: Address;
  from: Address;
  to: Address;
  amountBaseUnits: BaseUnits;
  txHash: Hex;
  logIndex: number;
  blockNumber: bigint;
  blockHash: Hex;
}

/** The same token and address, as the chain has it at the block. */
export interface ChainAccount {
  block: bigint;
  balance: BaseUnits;
  /** The factory's payouts, those after the block too. */
  payouts: readonly Payout[];
  /** Transfers to the address: in the blocks that the ledger names, or all of them up to the block. */
  inbound: readonly ChainTransfer[];
  isInboundComplete: boolean;
  /** Transfers out of the address in the blocks of its payouts. */
  outbound: readonly ChainTransfer[];
  /** Ids of refunds from a wallet whose transfer is on the chain. */
  foundRefunds: ReadonlySet<string>;
}

/** Why two records differ although nothing is wrong. */
export type Explanation =
  | 'not_confirmed_yet'
  | 'order_open'
  | 'under_review'
  | 'decided_by_review'
  | 'unreviewed_money'
  | 'swept_by_settlement'
  | 'settlement_pending'
  | 'refund_pending'
  | 'release_closed_settlement'
  | 'fee_rounding'
  | 'fee_of_other_money'
  | 'fee_not_taken'
  | 'reorganisation_under_review'
  | 'refund_from_wallet'
  | 'held_token'
  | 'older_report';

/** Two records that disagree. */
export interface BookDifference {
  storeId: string;
  /** Null for a difference of a store's totals. */
  intentId: IntentId | null;
  chainId: number | null;
  token: Address | null;
  coin: CoinId | null;
  depositAddress: Address | null;
  /** Each with its table and id, or its place on the chain or in a report. */
  records: readonly [string, string];
  /** The first less the second, as a decimal number of coins. */
  amount: string;
  /** Null: nothing explains it. */
  explanation: Explanation | null;
  /** What it is, in a sentence. */
  text: string;
}

/** Sums of one token, in ledger units. */
export interface BookFigures {
  receivedUnits: Units;
  settledUnits: Units;
  refundedUnits: Units;
  /** The platform's part of what was settled and refunded. */
  feeUnits: Units;
  heldUnits: Units;
  bookedUnits: Units;
}

export interface CheckedAccount {
  /** Received, settled, refunded, fees and held by the chain; booked by the ledger. */
  figures: BookFigures;
  differences: BookDifference[];
}

/** Adds a difference unless the amount is zero. */
export type Report = (
  records: readonly [string, string],
  amount: bigint,
  explanation: Explanation | null,
  text: string,
) => void;
