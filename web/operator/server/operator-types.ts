// What console pages get from the server: plain data, amounts as decimal text, times as ISO-8601. Browsers import these types too.

import type { AlertMessageState } from '#db/entities/operator-alert.entity.ts';
import type { OrderOwner } from '#db/intents/order-ref.ts';
import type { OrderReview } from '#db/reviews/review-queue.ts';
import type { GasCost } from '#domain/gas-report.ts';
import type { AlertKind } from '#domain/operator-alerts.ts';
import type { ReviewKind } from '#domain/review-kinds.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatusName } from '#domain/status.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import type { OrderLine, OrderView } from '#web/dashboard/orders/server/orders-types.ts';
import type { SavedSearch } from './saved-searches.ts';

export type { FailingReceiver } from '#db/delivery/failing-receivers.ts';
export type { AuditRow } from '#db/merchants/audit-list.ts';
export type { WaitingChange } from '#db/merchants/change-list.ts';
export type { MerchantDetail, MerchantStoreRow } from '#db/merchants/merchant-list.ts';
export type { ListedProposal } from '#db/merchants/proposal-list.ts';

export type { AccountStatus, OrderReview, ReviewKind, ReviewOutcome };

/** An item of an order, as the console's tables show it. */
export interface OrderItem {
  id: string;
  createdAt: string;
  intentId: string;
  intentStatus: IntentStatusName;
  orderId: string | null;
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  network: string;
  amount: string;
}

export interface ReviewItemView extends OrderItem {
  kind: ReviewKind;
  state: 'open' | 'resolved';
  outcome: ReviewOutcome | null;
  resolution: string | null;
  resolvedBy: string | null;
  resolvedAt: string | null;
  merchantId: string;
  merchantName: string;
  coin: string;
  txHash: string;
}

export type FoundOrderView = OrderLine & OrderOwner;

export interface FoundOrdersView {
  rows: FoundOrderView[];
  next: string | null;
  /** Why nothing was found: the text cannot be searched for, or the search took too long. */
  stopped: 'unsearchable' | 'slow' | null;
}

export interface OperatorOrderView extends OrderOwner {
  order: OrderView;
  /** Oldest first. */
  reviews: OrderReview[];
  /** Null when the Temporal UI is not configured. */
  temporalUrl: string | null;
}

/** Money that is none of our coins, open. */
export interface StrayItemView extends OrderItem {
  what: string;
  unit: string;
  token: string;
  txHash: string | null;
}

/** A token as its contract describes itself. */
export interface TokenView {
  name: string;
  address: string;
  decimals: number | null;
  symbol: string | null;
  /** Transfers that are held because of the trouble. */
  held: number;
  trouble: string | null;
  /** Null: never. */
  checkedAt: string | null;
}

/** One check and its finding. */
export interface ReviewCheck {
  label: string;
  ok: boolean;
  found: string;
}

export interface ReviewPageView extends ReviewItemView {
  checks: ReviewCheck[];
  facts: { label: string; value: string; link: string | null }[];
  /** No reorganisation removed the transfer. */
  isOnChain: boolean;
  /** What may be decided now. */
  possible: ReviewOutcome[];
  /** The order's workflow in the Temporal UI; null when that is not configured. */
  temporalUrl: string | null;
  refund: { state: 'signed' | 'sent' | 'confirmed' | 'failed'; txHash: string | null; requestedBy: string } | null;
  /** The second operator, where two accepted the money. */
  confirmedBy: string | null;
  siblings: OrderReview[];
}

export interface ProviderView {
  name: string;
  ok: boolean;
  /** Milliseconds until the response; null when there was none. */
  latencyMs: number | null;
  head: string | null;
  /** A message; null without trouble. */
  trouble: string | null;
}

/** A store that accepts a network and does not offer it, because of its receiving address. */
export interface StoreWithoutChain {
  storeId: string;
  name: string;
  merchantId: string;
  problem: string;
}

export interface ChainView {
  chainId: number;
  network: string;
  isTest: boolean;
  storesWithout: StoreWithoutChain[];
  /** Null before a watcher has started. */
  watcher: {
    block: string;
    blockTime: string;
    finalBlock: string;
    head: string;
    lagBlocks: number;
    /** Between the head's time as seen and the cursor's block. */
    lagSeconds: number;
    silentSeconds: number;
    leaseOwner: string | null;
    leaseHeld: boolean;
    trouble: string | null;
  } | null;
  tokens: TokenView[];
  providers: ProviderView[];
  /** One for each key that is at work; none before a relayer ran. */
  relayers: RelayerView[];
  temporalUrl: string | null;
}

/** The console's first page. */
export interface OverviewView {
  queues: Record<OverviewQueue, QueueView>;
  chains: Pick<ChainView, 'chainId' | 'network' | 'isTest' | 'watcher' | 'relayers'>[];
  /** Open ones. */
  alerts: AlertView[];
}

export type OverviewQueue =
  | 'applications'
  | 'reviews'
  | 'proposals'
  | 'dispatch'
  | 'receivers'
  | 'emails'
  | 'settlements';

export interface QueueView {
  waiting: number;
  /** Age of the oldest, in seconds; 0 when nothing waits. */
  oldestSeconds: number;
}

export interface RelayerView {
  address: string;
  /** Of the native coin; null when no provider responded. */
  balance: string | null;
  symbol: string;
  /** How many settlements, one per transaction, the balance pays at the current gas price; null when unknown. */
  lasts: number | null;
  nextNonce: string;
  inFlight: number;
  lowestNonce: string | null;
  oldestSeconds: number | null;
  waiting: number;
  leaseHeld: boolean;
  leaseOwner: string | null;
  trouble: string | null;
}

export interface ChainsPageView {
  chains: ChainView[];
  dispatch: { pending: number; oldestSeconds: number };
  /** The last comparison of the books with the chains; null while there is none. */
  books: { at: string; explained: number; unexplained: number; unverified: number } | null;
  /** Temporal's own pages; null: not configured. */
  temporal: { url: string; searches: SavedSearch[] } | null;
}

export interface AlertView {
  id: string;
  kind: AlertKind;
  /** A sentence without a full stop. */
  text: string;
  since: string;
  endedAt: string | null;
}

export interface AlertMessageView {
  id: string;
  createdAt: string;
  isTest: boolean;
  /** How many operators got it by e-mail. */
  emails: number;
  /** Of the webhook. */
  state: AlertMessageState;
  attempts: number;
  lastError: string | null;
}

export interface AlertsView {
  /** Open ones first. */
  alerts: AlertView[];
  messages: AlertMessageView[];
  people: { email: string; isTold: boolean }[];
  /** Whether alerts are mailed to the reader. */
  isTold: boolean;
}

/** What settling cost in a month (UTC). Costs are of native coin, `usd` null where it has no price. */
export interface TreasuryView {
  month: string;
  before: string;
  /** Null: the month is not over. */
  after: string | null;
  networks: {
    chainId: number;
    network: string;
    transactions: number;
    failed: number;
    /** Without a figure. */
    unknown: number;
    cost: GasCost;
  }[];
  stores: {
    chainId: number;
    network: string;
    storeId: string;
    storeName: string;
    isTest: boolean;
    settlements: number;
    cost: GasCost;
    /** The platform's fees of those settlements, in coins. */
    earned: string;
  }[];
}

export interface SettlementView {
  id: string;
  intentId: string;
  orderId: string | null;
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  network: string;
  coin: string;
  state: 'pending' | 'sending' | 'settled' | 'failed';
  attempts: number;
  createdAt: string;
  settledAt: string | null;
  net: string | null;
  fee: string | null;
  txHash: string | null;
  explorerUrl: string | null;
  lastError: string | null;
}
