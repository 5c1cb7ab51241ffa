// What the refund panel gets and sends: plain data, amounts as decimal text. Browsers import these types too.

import type { Address, Hex } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import type { FeeBearer, RefundSource } from '#domain/refunds.ts';
import type { ReleaseTypedData } from '#domain/release-order.ts';
import type { UnsignedTransaction, WalletNetwork } from '#web/checkout/server/wallet-types.ts';

/** The money behind a review, the surplus of an order, or any of what one payer sent in one token. */
export type RefundTarget =
  | { kind: 'review'; reviewItemId: string }
  | { kind: 'surplus'; intentId: IntentId }
  | { kind: 'payer'; intentId: IntentId; chainId: number; token: Address; payer: Address };

/** How the money is to go back. */
export interface RefundTerms {
  /** Decimal text; null for all of the target. */
  amount: string | null;
  /** Null for the payer. */
  to: string | null;
  /** Null: the payer when the deposit address pays, the merchant when the wallet does. */
  feeBearer: FeeBearer | null;
  /** The request that this refund fulfils. */
  requestId: string | null;
  /** Pay from the receiving wallet in any case: a Safe, and a person without a browser wallet, cannot sign a release order here. */
  fromWallet?: boolean;
  /** The address again: needed from a form when it is neither the payer nor one that the shopper or a request gave. */
  toAgain?: string | null;
}

export interface RefundOffer {
  target: RefundTarget;
  /** What the money is: a surplus, money that waits for a decision, or the rest of what the payer sent. */
  of: 'surplus' | 'review' | 'payment' | 'request';
  chainId: number;
  network: string;
  coin: string;
  /** Received from this payer in this coin on this network, refunded or under way, and left. */
  received: string;
  refunded: string;
  remaining: string;
  /** `deposit`: at the order's deposit address. `wallet`: paid out to the merchant, whose wallet refunds it. */
  source: RefundSource;
  feeBearer: FeeBearer;
  /** What is refunded, the fee that the payer bears of it, and what the payer gets. */
  amount: string;
  fee: string;
  net: string;
  payer: Address;
  to: Address;
  /** Must sign: the receiving address of the order. */
  receiver: Address;
  /** What the address of `source` holds on-chain now; null when no provider responded. */
  held: string | null;
  /** Why it cannot be refunded now; null when it can. */
  problem: string | null;
  /** An address that the shopper gave on the checkout's page, or that the request names; null when there is none. */
  given: Address | null;
  /** Set for an open request. */
  request: { id: string; reason: string | null; requestedBy: string } | null;
  existing: ExistingRefund | null;
}

export interface ExistingRefund {
  id: string;
  state: 'signed' | 'sent' | 'confirmed' | 'failed';
  source: RefundSource;
  network: string;
  coin: string;
  /** What the payer gets, and the fee. */
  net: string;
  fee: string;
  to: Address;
  payer: Address;
  txHash: string | null;
  explorerUrl: string | null;
  /** ISO-8601. */
  deadline: string;
  requestedBy: string;
  /** Why it failed; null when it did not. */
  failure: string | null;
  /** Its owner withdrew it before it was sent. */
  isWithdrawn: boolean;
  /** What to send; null when it was sent, or can no longer be. */
  toSend: OrderToSend | null;
}

/** What the wallet signs; `nonce` and `deadline` come back with the signature. */
export interface OrderToSign {
  typedData: ReleaseTypedData;
  nonce: string;
  /** Unix seconds. */
  deadline: number;
  network: WalletNetwork;
}

/** What the wallet sends. */
export interface OrderToSend {
  id: string;
  transaction: UnsignedTransaction;
  network: WalletNetwork;
  chainId: number;
  /** EIP-681, for a QR code; null for a release order, which wallets cannot scan. */
  paymentUri: string | null;
}

export type RefundReply =
  | { kind: 'sign'; order: OrderToSign }
  | { kind: 'send'; order: OrderToSend }
  | { kind: 'quote'; offer: RefundOffer }
  | { kind: 'noted' }
  | { kind: 'rejected'; code: string; message: string };

export interface SignedOrder {
  nonce: string;
  deadline: number;
  signature: Hex;
}
