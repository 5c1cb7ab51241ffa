// What a checkout page shows, ready to be sent to a browser: strings and numbers only, amounts as decimal strings.
// One variant for each phase, so that a page cannot show an address in a phase that has none.
import type { AccentPalette } from '#domain/accent.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId, CoinSymbol } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';

export interface CheckoutSummary {
  id: IntentId;
  store: {
    name: string;
    logoUrl: string | null;
    initials: string;
    supportContact: string | null;
    /** Only coins without value can be paid: every page of the checkout says so. */
    isTest: boolean;
    /** The merchant's own colours, fit to read in both looks; null for the frame's. */
    accent: AccentPalette | null;
  };
  orderId: string | null;
  orderDescription: string | null;
  /** The price, `"25.0000"`, in the coin it was made in. */
  amount: string;
  coin: CoinSymbol;
  /** The fiat price that was converted, or null for native pricing. */
  fiat: { amount: string; currency: string; rate: string } | null;
  /** Where "Return to the store" leads: http(s), or null. */
  returnUrl: string | null;
  /** The store asked for a return by itself. */
  returnsAutomatically: boolean;
}

export interface NetworkOption {
  chainId: number;
  name: string;
  mark: string;
  /** Why this network should not be used just now, in words for a shopper; null when all is well. */
  trouble: 'behind' | 'stopped' | null;
}

export interface CoinOption {
  id: CoinId;
  symbol: CoinSymbol;
}

/** A square of modules, drawn as one path of unit squares; `text` is what it says. */
export interface QrCode {
  text: string;
  size: number;
  path: string;
}

/** One transfer toward this checkout, as the watcher saw it. */
export interface SeenTransfer {
  amount: string;
  coin: CoinSymbol;
  network: string;
  txHash: Hex;
  explorerUrl: string | null;
  from: Address;
  /** Where it went; null while, or where, seeing the address could lead to a second payment. */
  to: Address | null;
  /** ISO-8601 time of the block. */
  blockTime: string;
  /** Confirmations so far and needed; null when the chain's own finality decides. */
  confirmations: { seen: number; needed: number } | null;
  confirmed: boolean;
}

/** The three ways to pay, as `?method=` spells them. */
export type PayMethod = 'allscale' | 'wallet' | 'qr';

export interface PayPhase {
  phase: 'pay';
  coins: CoinOption[];
  networks: NetworkOption[];
  choice: { coin: CoinOption; network: NetworkOption };
  address: Address;
  /** What must still arrive, exact to the token's last digit. */
  due: string;
  /** What has arrived so far, or null when nothing has. */
  received: string | null;
  transfers: SeenTransfer[];
  qr: QrCode;
  qrHasAmount: boolean;
  /** The EIP-681 link for the chosen coin and network. */
  paymentUri: string;
  /** ISO-8601. */
  expiresAt: string;
  developmentWallet: boolean;
}

/** No accepted network is switched on here: nothing can be paid, and the page says so. */
export interface NoNetworkPhase {
  phase: 'noNetwork';
}

export interface ConfirmingPhase {
  phase: 'confirming';
  received: string;
  transfers: SeenTransfer[];
}

export interface PaidPhase {
  phase: 'paid';
  amount: string;
  coin: CoinSymbol;
  /** The networks that were paid on, `"Base"`, `"Base, Polygon"`. */
  network: string;
  /** Paid beyond the price, or null. */
  surplus: string | null;
  /** ISO-8601. */
  confirmedAt: string;
  /** The transfers that paid, in order; the last one completed the payment. */
  transfers: SeenTransfer[];
}

/** Ends without a payment, and states in which a person is at work. None has an address. */
export interface ClosedPhase {
  phase: 'closing' | 'expired' | 'canceled' | 'underpaid' | 'review' | 'sendBack' | 'rejected' | 'failed';
  received: string | null;
  transfers: SeenTransfer[];
}

export type CheckoutPhase = PayPhase | NoNetworkPhase | ConfirmingPhase | PaidPhase | ClosedPhase;

export interface CheckoutView {
  summary: CheckoutSummary;
  state: CheckoutPhase;
  /** The status can still change by itself, so the page keeps looking. */
  live: boolean;
  /** The shopper can cancel: it waits for money and has seen none. */
  cancelable: boolean;
  /** The server's clock (epoch ms), so that a browser with a wrong one still counts down right. */
  now: number;
}

/** What the address of the page asks for; anything unknown falls back to the best offer. */
export interface CheckoutChoice {
  coin: string | null;
  network: string | null;
  qrHasAmount: boolean;
}
