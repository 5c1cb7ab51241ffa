// What the refund panel gets and sends: plain data, amounts as decimal text. Browsers import these types too.

import type { Address, Hex } from '#domain/address.ts';
import type { RefundSource } from '#domain/refunds.ts';
import type { ReleaseTypedData } from '#domain/release-order.ts';
import type { UnsignedTransaction, WalletNetwork } from '#web/checkout/server/wallet-types.ts';

/** The money behind a review, or the surplus of an order. */
export type RefundTarget = { kind: 'review'; reviewItemId: string } | { kind: 'surplus'; intentId: string };

export interface RefundOffer {
  target: RefundTarget;
  network: string;
  coin: string;
  /** `deposit`: at the order's deposit address. `wallet`: paid out to the merchant, whose wallet refunds it. */
  source: RefundSource;
  /** What leaves, the fee that the contract takes, and what the payer gets. */
  amount: string;
  fee: string;
  net: string;
  payer: Address;
  /** Must sign: the receiving address of the order. */
  receiver: Address;
  /** What the address of `source` holds on-chain now; null when no provider responded. */
  held: string | null;
  /** Why it cannot be refunded now; null when it can. */
  problem: string | null;
  existing: ExistingRefund | null;
}

export interface ExistingRefund {
  id: string;
  state: 'signed' | 'sent' | 'confirmed' | 'failed';
  txHash: string | null;
  explorerUrl: string | null;
  /** ISO-8601. */
  deadline: string;
  requestedBy: string;
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
}

export type RefundReply =
  | { kind: 'sign'; order: OrderToSign }
  | { kind: 'send'; order: OrderToSend }
  | { kind: 'noted' }
  | { kind: 'rejected'; code: string; message: string };

export interface SignedOrder {
  nonce: string;
  deadline: number;
  signature: Hex;
}
