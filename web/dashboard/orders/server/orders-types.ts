// What the orders' pages show, ready to be sent to a browser: amounts as decimal strings, times as ISO-8601.
import type { FilterField, OrderTab } from '#domain/order-filter.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatusName } from '#domain/status.ts';

export interface OrderLine {
  id: string;
  createdAt: string;
  orderId: string | null;
  description: string | null;
  /** The price. */
  amount: string;
  coin: string;
  /** `"12.50"` and `"EUR"`, or null for native pricing. */
  fiat: { amount: string; currency: string } | null;
  /** How it was paid; null until it is. */
  paid: { amount: string; coin: string; network: string } | null;
  status: IntentStatusName;
  method: string | null;
  /** Money was found that a person has to decide on. */
  hasOpenReview: boolean;
}

export interface Choice {
  value: string;
  label: string;
}

export interface OrdersView {
  tab: OrderTab | 'all';
  lines: OrderLine[];
  /** When, Unix seconds of the server. */
  readAt: number;
  /** Ids that the pages beside this one begin at. */
  newer: string | null;
  older: string | null;
  /** What was typed, as it was typed. */
  typed: Partial<Record<FilterField, string>>;
  problems: Partial<Record<FilterField, string>>;
  /** Anything but the tab restricts. */
  isFiltered: boolean;
  /** Sorted by order id, for that is what was searched. */
  byOrderId: boolean;
  choices: Record<'status' | 'network' | 'coin' | 'method', Choice[]>;
}

/** As many of the newest as a page has, and as many more. */
export const MAX_CHANGES = 100;

/** What of a shown order may change while it is read. */
export interface LiveLine extends Pick<OrderLine, 'id' | 'status' | 'paid' | 'method' | 'hasOpenReview'> {
  /** The list's filter still has it. */
  isListed: boolean;
}

export interface OrdersChanges {
  /** Ids of the newest orders of a filter, newest first, at most `NEWS_MOST`. */
  newest: string[];
  /** Those that were asked about, as they stand now, in no order. */
  lines: LiveLine[];
  /** When, Unix seconds of the server. */
  readAt: number;
}

/** Whether an order's page says what stands now. */
export interface OrderChanges {
  /** That of `OrderView`. */
  mark: string;
  readAt: number;
}

export type TimelineTone = 'plain' | 'ok' | 'warn' | 'bad' | 'busy';

export interface TimelineEntry {
  at: string;
  /** What kind of thing happened: status, chain, settlement, webhook, e-mail, a person's act, a note. */
  source: 'status' | 'chain' | 'settlement' | 'webhook' | 'email' | 'act' | 'note';
  tone: TimelineTone;
  title: string;
  text: string | null;
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
  /** By how much the order would be paid less than its price if this were accepted; null where it would not. */
  short: string | null;
  /** What a merchant may decide now; sending back has a panel of its own. */
  outcomes: ReviewOutcome[];
  /** Screened money is the operator's to decide. */
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

export interface OrderWebhook {
  id: string;
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
  extra: string | null;
  payment: {
    paid: string;
    fee: string;
    net: string;
    surplus: string | null;
    txHash: string;
    explorerUrl: string | null;
    payer: string;
  } | null;
  transfers: OrderTransfer[];
  /** Open ones. */
  reviews: OrderReview[];
  webhooks: OrderWebhook[];
  /** Money of it waits to be paid out. */
  paysOut: boolean;
  /** Newest first. */
  timeline: TimelineEntry[];
  /** Another one as soon as anything of the view is another. */
  mark: string;
}
