// What an e-mail shows of a store and of an order besides its own data: read when the e-mail is rendered, not when its cause happened.

import type { Address } from './address.ts';
import type { CoinId } from './coins.ts';
import type { IntentId } from './ids.ts';

export interface EmailStore {
  id: string;
  name: string;
  /** A path of this server's, or an address elsewhere. */
  logoUrl: string | null;
  /** IANA. */
  timeZone: string;
  supportContact: string | null;
  isTest: boolean;
}

/** Amounts as decimal strings in coins, instants as ISO-8601. */
export interface EmailOrder {
  intentId: IntentId;
  orderId: string | null;
  description: string | null;
  /** Its address was given for an invoice, and not only on the checkout. */
  isInvoice: boolean;
  /** The price. */
  amount: string;
  coin: CoinId;
  /** The price as the shop gave it, when it was in fiat. */
  fiat: { amount: string; currency: string } | null;
  /** What it may be paid with, and where. */
  acceptedCoins: readonly CoinId[];
  acceptedChainIds: readonly number[];
  /** What a payment of exactly the price comes to. */
  feeOfPrice: string;
  netOfPrice: string;
  createdAt: string;
  expiresAt: string;
  payment: EmailPayment | null;
}

export interface EmailPayment {
  /** What was paid in each token, in the order of payment. */
  parts: readonly EmailPart[];
  confirmedAt: string;
}

export interface EmailPart {
  coin: CoinId;
  chainId: number;
  token: Address;
  /** All that was paid, what is kept of it and what the merchant gets. */
  amount: string;
  fee: string;
  net: string;
  /** Beyond the price; null when nothing. */
  surplus: string | null;
  transfers: readonly { txHash: string; payer: string }[];
}
