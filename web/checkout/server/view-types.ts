// What a checkout page shows, ready to be sent to a browser: strings and numbers only, amounts as decimal strings.
// One variant for each phase, so that a page cannot show an address in a phase that has none.
import type { AccentPalette } from '#domain/accent.ts';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId, CoinSymbol } from '#domain/coins.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Scenario } from '#domain/simulations.ts';

/** What public pages show of a store. */
export interface PublicStore {
  name: string;
  logoUrl: string | null;
  /** In place of a logo. */
  initials: string;
  supportContact: string | null;
  /** A test store: every public page says that no real money is paid. */
  isTest: boolean;
  /** The merchant's colours, readable in light and dark mode; null for ours. */
  accent: AccentPalette | null;
}

export interface CheckoutSummary {
  id: IntentId;
  store: PublicStore;
  orderId: string | null;
  orderDescription: string | null;
  /** The price in its coin: `"25.0000"`. */
  amount: string;
  coin: CoinSymbol;
  /** The fiat price that was converted, or null for native pricing. */
  fiat: { amount: string; currency: string; rate: string } | null;
  /** The URL of "Return to the store": http(s), or null. */
  returnUrl: string | null;
  /** The store wants an automatic return. */
  returnsAutomatically: boolean;
}

export interface NetworkOption {
  chainId: number;
  name: string;
  mark: string;
  /** Why this network should not be used now; null when it works. */
  trouble: 'behind' | 'stopped' | null;
}

export interface CoinOption {
  id: CoinId;
  symbol: CoinSymbol;
}

/** A square of modules, drawn as one path of unit squares; `text` is its content. */
export interface QrCode {
  text: string;
  size: number;
  path: string;
}

/** One transfer toward this checkout, as the watcher saw it. */
export interface SeenTransfer {
  /** Of this log, for lists: one transaction can have several. */
  key: string;
  amount: string;
  /** The token's name: "USDT", or "USDT0" where it is not the coin's primary token. */
  coin: string;
  network: string;
  txHash: Hex;
  explorerUrl: string | null;
  from: Address;
  /** Null in states where showing the address could lead to a second payment. */
  to: Address | null;
  /** ISO-8601 time of the block. */
  blockTime: string;
  /** Confirmations so far and needed; null when the chain's finality decides. */
  confirmations: { seen: number; needed: number } | null;
  confirmed: boolean;
}

/** The three ways to pay, as `?method=` spells them. */
export type PayMethod = 'allscale' | 'wallet' | 'qr';

/** Why the page picked a network: the lowest usual fee, or its place in the store's list. */
export type PickReason = 'by_fee' | 'by_store';

export interface PayPhase {
  phase: 'pay';
  coins: CoinOption[];
  networks: NetworkOption[];
  /** `reason`: why the page picks this network; null when it would pick another. */
  choice: { coin: CoinOption; network: NetworkOption; reason: PickReason | null };
  address: Address;
  /** The amount still due, exact to the token's last decimal place. */
  due: string;
  /** What was received so far, by token (`"10.0000 USDT + 8.0000 USDT0"`), or null for nothing. */
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

/** No accepted network is enabled here: nothing can be paid. */
export interface NoNetworkPhase {
  phase: 'noNetwork';
}

export interface ConfirmingPhase {
  phase: 'confirming';
  /** By token. */
  received: string;
  transfers: SeenTransfer[];
}

export interface PaidPhase {
  phase: 'paid';
  /** By token: `"10.0000 USDT + 8.0000 USDC"`. */
  amount: string;
  /** The networks of the payment: `"Base"`, `"Base, Polygon"`. */
  network: string;
  /** Paid above the price, by token, or null. */
  surplus: string | null;
  /** ISO-8601. */
  confirmedAt: string;
  /** The transfers that paid, in chain order. */
  transfers: SeenTransfer[];
  /** What arrived beside the payment, in chain order. */
  beside: SeenTransfer[];
  /** Refunds have returned all of the payment. */
  isRefunded: boolean;
}

/** Ends without a payment, and states in which a person decides. None has an address. */
export interface ClosedPhase {
  phase: 'closing' | 'expired' | 'canceled' | 'underpaid' | 'review' | 'sendBack' | 'rejected' | 'failed';
  /** By token, or null for nothing. */
  received: string | null;
  transfers: SeenTransfer[];
}

export type CheckoutPhase = PayPhase | NoNetworkPhase | ConfirmingPhase | PaidPhase | ClosedPhase;

/** Money that may be refunded: the shopper can say where to. */
export interface RefundableTransfer {
  txHash: Hex;
  /** Of this sender on this network, with its tokens. */
  amount: string;
  network: string;
  /** The address that was given for this sender's money, or null. */
  address: Address | null;
}

/** `prepared`: the store has signed it; `sent`: the network does not show it for certain yet. */
export type RefundProgress = 'prepared' | 'sent' | 'confirmed';

/** A refund that did not fail. */
export interface RefundSeen {
  key: string;
  progress: RefundProgress;
  /** What the payer gets, with its token. */
  amount: string;
  network: string;
  to: Address;
  txHash: Hex | null;
  explorerUrl: string | null;
}

/** Why money does not pay the order. `check`: for a reason that shoppers are not told. */
export type OddReason = 'late' | 'wrongCoin' | 'wrongNetwork' | 'short' | 'second' | 'check';

/** Money that did not simply pay the order; amounts by token (`"10.0000 USDT + 8.0000 USDC"`), null for none. */
export interface OddMoney {
  /** The store decides on it. One for each reason; those of a wrong network for each network. */
  waiting: { reason: OddReason; received: string; network: string }[];
  /** The store looked at it and left it at the address. */
  left: string | null;
  /** The store sent it back. */
  returned: string | null;
  /** A reorganisation removed it, and no block has it now. */
  removed: string | null;
}

export interface CheckoutView {
  summary: CheckoutSummary;
  state: CheckoutPhase;
  odd: OddMoney;
  /** The page keeps reading: until it is paid because the payment comes, and after its end because money can still arrive or go back. */
  live: boolean;
  /** The shopper can cancel: the checkout waits for money and has seen none. */
  cancelable: boolean;
  /** Empty where nothing can go back: before money came, and for payments without a surplus. */
  refundable: RefundableTransfer[];
  /** Under way and confirmed. */
  refunds: RefundSeen[];
  /** Payments that a test store's checkout can simulate; none in a live store. */
  simulations: Scenario[];
  /** The server's clock in epoch milliseconds: the countdown does not depend on the browser's. */
  now: number;
}

/** The choice in the page's URL; unknown values fall back to the best offer. */
export interface CheckoutChoice {
  coin: string | null;
  network: string | null;
  qrHasAmount: boolean;
}
