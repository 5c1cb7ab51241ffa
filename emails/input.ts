// What an e-mail is rendered from: the data that its cause left, and the facts that are read when it is rendered.
import type { CoinId } from '#domain/coins.ts';
import type { EmailData, EmailKind } from '#domain/email-data.ts';
import type { Language } from '#domain/languages.ts';

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
  intentId: string;
  orderId: string | null;
  description: string | null;
  /** The price. */
  amount: string;
  coin: CoinId;
  /** The price as the shop asked for it, where that was in fiat. */
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
  /** All that was paid, what is kept of it and what the merchant gets. */
  amount: string;
  fee: string;
  net: string;
  /** Beyond the price; null when nothing. */
  surplus: string | null;
  /** Of the transfer that completed it. */
  coin: CoinId;
  chainId: number;
  txHash: string;
  payer: string;
  confirmedAt: string;
}

export interface EmailInput<Kind extends EmailKind = EmailKind> {
  kind: Kind;
  data: EmailData[Kind];
  language: Language;
  /** Where browsers reach the server, without a slash at the end. */
  publicUrl: string;
  /** Null for what concerns an account. */
  store: EmailStore | null;
  /** For order kinds. */
  order: EmailOrder | null;
}
