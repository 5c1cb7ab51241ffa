// What a shopper is told of money that did not simply pay the order, by the review that it waits in (decision 0118).
import type { Address } from './address.ts';
import type { CoinId } from './coins.ts';
import type { ReviewKind } from './review-kinds.ts';
import type { ReviewOutcome } from './review-outcomes.ts';

/** A payment that a reorganisation removed is no money that waits: it returns by itself, or its store writes. */
export type ToldKind = Exclude<ReviewKind, 'reorg_after_confirmed'>;

export interface ToldMoney {
  review: ToldKind;
  amount: string;
  coin: CoinId;
  token: Address;
  chainId: number;
  txHash: string;
  from: string;
}

export interface ShopperReviewData {
  /** Null: it waits for a decision. */
  outcome: ReviewOutcome | null;
  /** At least one. */
  money: ToldMoney[];
  /** Where a refund of it should go, as the shopper said; read when the message is rendered. */
  refundAddresses?: string[];
  /** The shopper can still name one. Read then too. */
  mayNameAddress?: boolean;
}
