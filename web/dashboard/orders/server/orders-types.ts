// What the orders' pages show: amounts as decimal strings, times as ISO-8601. Types only: bundled pages import this file.
import type { RefundState } from '#db/entities/refund.entity.ts';
import type { SavedView } from '#db/orders/order-views.ts';
import type { RefundedPart } from '#db/orders/refunded-part.ts';
import type { IntentId } from '#domain/ids.ts';
import type { FilterField, OrderTab } from '#domain/order-filter.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatusName } from '#domain/status.ts';
import type { WalletNetwork } from '#web/checkout/server/wallet-types.ts';
import type { UnknownParts } from '#web/ui/unknown-parts.ts';
import type { OrderColumn } from '../parts/order-columns.ts';

export type { SavedView };

export interface OrderLine {
  id: IntentId;
  createdAt: string;
  orderId: string | null;
  description: string | null;
  /** The price. */
  amount: string;
  coin: string;
  /** `"12.50"` and `"EUR"`, or null for native pricing. */
  fiat: { amount: string; currency: string } | null;
  /** What was paid in each coin on each network; empty until it is. */
  paid: { amount: string; coin: string; network: string }[];
  status: IntentStatusName;
  method: string | null;
  /** A person must decide on money of the order. */
  hasOpenReview: boolean;
  /** Refunds that the chain confirmed: of all that was booked, or of a part. */
  refunded: RefundedPart | null;
}

export interface Choice {
  value: string;
  label: string;
}

export interface DatePreset {
  label: string;
  from: string;
  to: string;
}

/** What was booked for all orders of the filter, and refunded of them, by token. */
export interface OrdersTotals {
  /** All of the filter, paid or not. */
  orders: number;
  parts: { coin: string; network: string; orders: number; gross: string; fee: string; net: string; refunded: string }[];
}

export interface OrdersView {
  tab: OrderTab | 'all';
  lines: OrderLine[];
  /** When it was read, in the server's Unix seconds. */
  readAt: number;
  /** Cursors of the neighbouring pages. */
  newer: string | null;
  older: string | null;
  sort: 'newest' | 'oldest';
  columns: OrderColumn[];
  /** How many orders each tab has, such as `12` or `1,000+`; null while a filter is set. */
  tabCounts: Partial<Record<OrderTab, string>> | null;
  /** Null unless they were asked for. */
  totals: OrdersTotals | null;
  presets: DatePreset[];
  /** What was stopped because it took too long: the list, which then has no rows, or its totals. */
  slow: { what: 'orders' | 'totals'; seconds: number } | null;
  /** Such as `coins=USDT` or `sort=up`. */
  unknown: UnknownParts | null;
  /** The filter's values as typed. */
  typed: Partial<Record<FilterField, string>>;
  problems: Partial<Record<FilterField, string>>;
  /** A filter other than the tab is set. */
  isFiltered: boolean;
  choices: Record<'status' | 'network' | 'coin' | 'method' | 'source', Choice[]>;
}

/** Twice the rows of a page. */
export const MAX_CHANGES = 100;

/** The parts of a listed order that can change while the list is open. */
export interface LiveLine extends Pick<OrderLine, 'id' | 'status' | 'paid' | 'method' | 'hasOpenReview' | 'refunded'> {
  /** The list's filter still matches it. */
  isListed: boolean;
}

export interface OrdersChanges {
  /** Ids of the newest orders of a filter, newest first, at most `MAX_CHANGES`. */
  newest: string[];
  /** The current state of the requested orders, unsorted. */
  lines: LiveLine[];
  /** When it was read, in the server's Unix seconds. */
  readAt: number;
}

/** Tells whether an order's page is up to date. */
export interface OrderChanges {
  /** The mark of the current `OrderView`. */
  mark: string;
  readAt: number;
}

export type TimelineTone = 'plain' | 'ok' | 'warn' | 'bad' | 'busy';

export interface TimelineEntry {
  at: string;
  /** Where the entry comes from; `action` is something that a person did. */
  source: 'status' | 'chain' | 'settlement' | 'webhook' | 'email' | 'action' | 'note';
  tone: TimelineTone;
  title: string;
  text: string | null;
  /** ISO-8601: a time that the entry sets. */
  until: string | null;
  /** An explorer's page. */
  link: string | null;
}

export interface OrderReview {
  id: string;
  title: string;
  amount: string;
  coin: string;
  network: string;
  txHash: string;
  /** How much is missing to the price when this is accepted; null when nothing is. */
  short: string | null;
  /** What a merchant may decide now; refunds have their own panel. */
  outcomes: ReviewOutcome[];
  /** Only the operator decides on money of denied payers. */
  operatorOnly: boolean;
}

export interface OrderTransfer {
  id: string;
  amount: string;
  coin: string;
  network: string;
  txHash: string;
  explorerUrl: string | null;
  from: string;
  blockTime: string;
  state: 'seen' | 'confirmed' | 'orphaned';
  inPayment: boolean;
}

/** Money of the order in one coin on one network. */
export interface OrderBookingView {
  id: string;
  /** Accepted by a person after the payment. */
  isAccepted: boolean;
  coin: string;
  network: string;
  paid: string;
  fee: string;
  net: string;
  /** The part of it beyond the price. */
  surplus: string | null;
  bookedAt: string;
  transfers: { id: string; txHash: string; explorerUrl: string | null; payer: string }[];
}

/** Money at the order's address that is none of our coins. */
export interface OrderStray {
  id: string;
  chainId: number;
  isNative: boolean;
  amount: string;
  unit: string;
  network: string;
  token: string;
  sender: string | null;
  txHash: string | null;
  explorerUrl: string | null;
  depositAddress: string;
}

/** A release that is being prepared. */
export interface StrayRelease {
  strayId: string;
  typedTo: string;
  /** Must sign. */
  receiver: string;
  /** Null: the network is not available here, and no wallet of this page can be used. */
  network: WalletNetwork | null;
  problem: { field: 'to' | 'signature'; message: string } | null;
  order: {
    nonce: string;
    /** Unix seconds, and as ISO-8601. */
    deadline: string;
    until: string;
    fee: string;
    net: string;
    /** EIP-712, as JSON. */
    typedData: string;
  } | null;
  /** With a signature: chain id, recipient and calldata, as JSON. */
  transaction: string | null;
}

export interface StraySearchResult {
  /** Networks where native coin is worth a row. */
  found: string[];
  /** Networks that did not respond. */
  silent: string[];
}

/** Money that went back, or is on its way. */
export interface OrderRefund {
  id: string;
  state: RefundState;
  isWithdrawn: boolean;
  /** What the receiver of the refund gets. */
  amount: string;
  coin: string;
  network: string;
  to: string;
  txHash: string | null;
  explorerUrl: string | null;
  /** ISO-8601: when the chain confirmed it, else when it was ordered. */
  at: string;
}

export interface OrderWebhook {
  id: string;
  /** What it tells the shop. */
  about: string;
  state: string;
  attempts: number;
  nextAttemptAt: string | null;
}

export interface OrderView {
  line: OrderLine;
  statusName: IntentStatusName;
  expiresAt: string;
  confirmedAt: string | null;
  acceptedCoins: string[];
  acceptedNetworks: string[];
  rate: string | null;
  feePercent: string;
  tolerancePercent: string;
  receiver: string;
  depositAddress: string;
  userId: string | null;
  userName: string | null;
  shopperEmail: string | null;
  /** The payment link or invoice that it came from. */
  source: { kind: 'link' | 'invoice'; id: string; name: string } | null;
  extra: string | null;
  /** Of an order that is not paid: what counts toward its price, and what is missing. Null while nothing does. */
  part: {
    /** In the coin of the price, as are all coins. */
    received: string;
    /** Null when enough has arrived, by the store's tolerance. */
    missing: string | null;
    /** The same in the currency of the price, rounded up. */
    missingFiat: { amount: string; currency: string } | null;
    /** The shopper can still pay it. */
    isOpen: boolean;
  } | null;
  /** What was booked: the payment's parts, then what was accepted later. Empty until it is paid. */
  bookings: OrderBookingView[];
  transfers: OrderTransfer[];
  /** Oldest first. Those that failed before they were sent are left out. */
  refunds: OrderRefund[];
  /** Open reviews. */
  reviews: OrderReview[];
  /** Open stray money. */
  strays: OrderStray[];
  webhooks: OrderWebhook[];
  /** A settlement is pending. */
  paysOut: boolean;
  /** Newest first. */
  timeline: TimelineEntry[];
  /** Changes whenever anything of the view changes. */
  mark: string;
}
