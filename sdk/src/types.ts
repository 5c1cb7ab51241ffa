// Types and enums of the API. Amounts of coin are decimal strings: keep them as strings, or use a decimal library.

export const Currency = { USD: 1, AUD: 9, CAD: 27, CNY: 31, EUR: 44, GBP: 48, HKD: 57, JPY: 72, SGD: 126 } as const;
export type Currency = (typeof Currency)[keyof typeof Currency];

export const StableCoin = { USDT: 1, USDC: 2 } as const;
export type StableCoin = (typeof StableCoin)[keyof typeof StableCoin];

export const IntentStatus = {
  TIMEOUT: -5,
  CANCELED: -4,
  UNDERPAID: -3,
  REJECTED: -2,
  FAILED: -1,
  CREATED: 1,
  PAYING: 2,
  TEMP_WALLET_RECEIVED: 3,
  PENDING_MANUAL_OPERATION: 4,
  SEND_BACK: 5,
  ON_CHAIN: 10,
  CONFIRMED: 20,
} as const;
export type IntentStatus = (typeof IntentStatus)[keyof typeof IntentStatus];

/**
 * True when the checkout has ended, paid or not: stop polling. Late money can still move an unpaid checkout to
 * PENDING_MANUAL_OPERATION. If a person then accepts the money, it becomes CONFIRMED and the webhook is sent.
 */
export const isFinal = (status: IntentStatus): boolean => status < 0 || status === IntentStatus.CONFIRMED;

export const PaymentMethod = { UNKNOWN: 0, WALLET_SCAN: 1, WALLET_CONNECT: 2, ALL_SCALE_PAY: 3 } as const;
export type PaymentMethod = (typeof PaymentMethod)[keyof typeof PaymentMethod];

interface CheckoutDetails {
  /** Hundredths of the currency or coin, for yen too. */
  amount_cents: number;
  /** Coins that the shopper can pay with. The first is the settlement coin of a fiat price. Default: USDT. */
  accepted_stable_coins?: readonly StableCoin[] | null;
  order_id?: string | null;
  /** Shown to the shopper. */
  order_description?: string | null;
  user_id?: string | null;
  user_name?: string | null;
  /** Where the shopper goes after the payment. http or https. */
  redirect_url?: string | null;
  /** Returned unchanged in the intent and in the webhook. Up to 16 kB of JSON. */
  extra?: Record<string, unknown> | null;
}

/** Exactly one of `currency` (a price in fiat) and `stable_coin` (a price in a coin). */
export type CheckoutRequest =
  | (CheckoutDetails & { currency: Currency; stable_coin?: null })
  | (CheckoutDetails & { stable_coin: StableCoin; currency?: null });

export interface CreatedCheckout {
  /** Redirect the shopper to it. */
  checkout_url: string;
  allscale_checkout_intent_id: string;
  amount_coins: string;
  stable_coin_type: StableCoin;
  /** Amount of coin for one unit of fiat. Null for a price in a coin. */
  rate: string | null;
  accepted_stable_coins: StableCoin[];
}

export interface CheckoutIntent {
  all_scale_checkout_intent_id: string;
  checkout_url: string;
  status: IntentStatus;
  currency: Currency | null;
  currency_symbol: string | null;
  currency_rate: string | null;
  amount_cents: number;
  amount_coins: string;
  stable_coin_type: StableCoin;
  coin_symbol: string;
  coin_contract: string | null;
  /** EIP-155 chain id. */
  chain_id: number | null;
  tx_hash: string | null;
  tx_from: string | null;
  tx_to: string | null;
  payment_method_type: PaymentMethod;
  actual_paid_amount: string | null;
  service_fee_amount: string | null;
  net_income_amount: string | null;
  order_id: string | null;
  order_description: string | null;
  user_id: string | null;
  user_name: string | null;
  redirect_url: string | null;
  extra: Record<string, unknown> | null;
  /** ISO 8601 in UTC, like the three below. */
  created_at: string;
  updated_at: string | null;
  expires_at: string | null;
  confirmed_at: string | null;
}

/** Absent members do not restrict. */
export interface CheckoutFilter {
  status?: IntentStatus | readonly IntentStatus[] | null | undefined;
  /** Created at this second or later: a Date, or ISO 8601 with its zone. */
  created_from?: Date | string | null | undefined;
  created_before?: Date | string | null | undefined;
  /** Exactly. Order ids may repeat. */
  order_id?: string | null | undefined;
  /** Paid in this coin, on this network. */
  stable_coin?: StableCoin | null | undefined;
  chain_id?: number | null | undefined;
  /** 1 to 100. Default: 20. */
  limit?: number | null | undefined;
  /** `next_cursor` of the page before, with the same filter. */
  cursor?: string | null | undefined;
}

export interface CheckoutPage {
  /** Newest first. */
  checkout_intents: CheckoutIntent[];
  /** Null on the last page. */
  next_cursor: string | null;
}

export const TransferStatus = { REMOVED: -1, IN_A_BLOCK: 1, CONFIRMED: 2 } as const;
export type TransferStatus = (typeof TransferStatus)[keyof typeof TransferStatus];

/** Why a person decides on money. */
export const ReviewType = {
  LATE: 1,
  SHORT: 2,
  WRONG_COIN: 3,
  WRONG_NETWORK: 4,
  SECOND_PAYMENT: 5,
  REMOVED_AFTER_CONFIRMED: 6,
  SCREENING: 7,
} as const;
export type ReviewType = (typeof ReviewType)[keyof typeof ReviewType];

export const ReviewStatus = { OPEN: 1, ACCEPTED: 2, SENT_BACK: 3, CLOSED: 4 } as const;
export type ReviewStatus = (typeof ReviewStatus)[keyof typeof ReviewStatus];

/** A transfer to the deposit address of a checkout. */
export interface Transfer {
  chain_id: number;
  stable_coin_type: StableCoin;
  coin_symbol: string;
  coin_contract: string;
  amount_coins: string;
  tx_hash: string;
  tx_from: string;
  tx_to: string;
  block_number: number;
  block_time: string;
  transfer_status: TransferStatus;
  confirmations: number;
  /** Null where the network's `safe` or `finalized` block decides. */
  confirmations_required: number | null;
  /** It counts toward the price. */
  is_counted: boolean;
  review_type: ReviewType | null;
  review_status: ReviewStatus | null;
}

/** What a checkout has received. */
export interface Payments {
  all_scale_checkout_intent_id: string;
  status: IntentStatus;
  amount_coins: string;
  /** What counts toward the price, in all coins. */
  received_coins: string;
  /** "0.0000" when enough was received by the store's tolerance. */
  missing_coins: string;
  /** What the shopper can still pay, in one of these coins. */
  due: { stable_coin_type: StableCoin; coin_symbol: string; amount_coins: string }[];
  expires_at: string;
  /** By coin and network. */
  received: {
    chain_id: number;
    stable_coin_type: StableCoin;
    coin_symbol: string;
    coin_contract: string;
    received_coins: string;
    confirmed_coins: string;
    counted_coins: string;
    surplus_coins: string;
    /** Refunded or under way. */
    refunded_coins: string;
  }[];
  /** In the order of the chains; of more than 200, the largest. */
  transfers: Transfer[];
}

/** The members of every webhook body. */
interface EventMembers {
  /** The same in every delivery of one payment. Process each once. */
  all_scale_transaction_id: string;
  all_scale_checkout_intent_id: string;
  webhook_id: string;
  amount_cents: number;
  currency: Currency | null;
  currency_symbol: string | null;
  amount_coins: string;
  coin_symbol: string;
  coin_contract_address: string;
  chain_id: number;
  tx_hash: string;
  tx_from: string;
  payment_method_type: PaymentMethod;
  order_id: string | null;
  user_id: string | null;
  user_name: string | null;
  extra_obj: Record<string, unknown> | null;
}

/** Body of the webhook `checkout_intent.confirmed`: ship the order, once. */
export interface ConfirmedEvent extends EventMembers {
  event_type: 'checkout_intent.confirmed';
}

/**
 * Body of the webhook `checkout_intent.refunded`, which the store must turn on. It is not a payment: coin, network and transaction are
 * those of the refund.
 */
export interface RefundedEvent extends EventMembers {
  event_type: 'checkout_intent.refunded';
  status: typeof IntentStatus.SEND_BACK;
  refund_id: string;
  /** What was refunded, before any fee. */
  refund_amount_coins: string;
  refund_payer_gets_coins: string;
  refund_payer: string;
  refund_to: string;
}

/**
 * Body of the webhook `checkout_intent.refund_removed`: a reorganisation of the chain removed a refund after it was confirmed, and it is
 * under way again. `checkout_intent.refunded` with the same `refund_id` may follow.
 */
export interface RefundRemovedEvent extends Omit<RefundedEvent, 'event_type'> {
  event_type: 'checkout_intent.refund_removed';
}

/** Body of the webhook `webhook.test`, sent from the dashboard. It is not a payment: return 2xx and mark nothing as paid. */
export interface TestEvent extends EventMembers {
  event_type: 'webhook.test';
  test: true;
  status: typeof IntentStatus.CREATED;
}

/**
 * What happened to a checkout beside payment and refund. It never says that the checkout is paid: `status` is its status, and
 * PENDING_MANUAL_OPERATION of one that is paid already. The members of a transfer are null when it is about none.
 */
export interface NoticeEvent extends Omit<EventMembers, 'coin_contract_address' | 'chain_id' | 'tx_hash' | 'tx_from'> {
  event_type:
    | 'checkout_intent.seen'
    | 'checkout_intent.short'
    | 'checkout_intent.removed'
    | 'checkout_intent.late'
    | 'checkout_intent.review'
    | 'checkout_intent.expired'
    | 'checkout_intent.canceled'
    | 'checkout_intent.rejected';
  coin_contract_address: string | null;
  chain_id: number | null;
  tx_hash: string | null;
  tx_from: string | null;
  status: IntentStatus;
  /** What counts toward the price, and what it lacks. */
  received_coins: string;
  missing_coins: string;
  /** Amount of the transfer. */
  transfer_coins: string | null;
  review_type: ReviewType | null;
}

/** Check `event_type` first. */
export type WebhookEvent = ConfirmedEvent | RefundedEvent | RefundRemovedEvent | NoticeEvent | TestEvent;

/** Events that an endpoint can ask for. `checkout_intent.confirmed` goes to the store's webhook URL only. */
export type EndpointEventType = (NoticeEvent | RefundedEvent | RefundRemovedEvent)['event_type'];

/** An entry of the list of events. */
export interface OrderEvent {
  /** Its number among the store's events. Higher is later. */
  sequence: number;
  event_id: string;
  event_type: WebhookEvent['event_type'];
  all_scale_checkout_intent_id: string;
  created_at: string;
  /** The body of the webhook. Null when the order's personal data was erased. */
  data: ConfirmedEvent | RefundedEvent | NoticeEvent | null;
}

export interface EventPage {
  /** Oldest first. */
  events: OrderEvent[];
  /** `after` of the next call. */
  last_sequence: number;
  has_more: boolean;
}

/** What a simulated payment does: see the guide's page on testing. */
export type Scenario = 'paid' | 'short' | 'over' | 'late' | 'expired' | 'reorganised' | 'wrong_coin';

/** What was started. Chain, coin and amount are null where the scenario pays nothing. */
export interface Simulation {
  simulation_id: string;
  all_scale_checkout_intent_id: string;
  scenario: Scenario;
  chain_id: number | null;
  stable_coin_type: StableCoin | null;
  coin_contract: string | null;
  amount_coins: string | null;
  created_at: string;
}

export const RefundStatus = { CANCELED: -2, FAILED: -1, REQUESTED: 1, UNDER_WAY: 2, REFUNDED: 3 } as const;
export type RefundStatus = (typeof RefundStatus)[keyof typeof RefundStatus];

/** Coin, chain, token and payer may be left out when only one is possible. */
export interface RefundRequest {
  /** What is refunded, before any fee. Default: all that is left. */
  amount_coins?: string | null;
  stable_coin?: StableCoin | null;
  chain_id?: number | null;
  /** The token, when one payer sent two of one coin on one chain, such as USDT and USDT0. */
  coin_contract?: string | null;
  payer?: string | null;
  /** Default: the payer. Exchanges do not credit returns to the address that they pay from. */
  to?: string | null;
  /** True: the payer gets the full amount. */
  merchant_bears_fee?: boolean | null;
  reason?: string | null;
}

export interface Refund {
  refund_id: string;
  refund_status: RefundStatus;
  chain_id: number;
  stable_coin_type: StableCoin;
  coin_symbol: string;
  coin_contract: string;
  amount_coins: string;
  /** Null until it is signed. */
  payer_gets_coins: string | null;
  merchant_bears_fee: boolean;
  payer: string;
  to: string;
  tx_hash: string | null;
  reason: string | null;
  created_at: string;
  confirmed_at: string | null;
}

export interface Refunds {
  /** Oldest first. */
  refunds: Refund[];
  /** What each payer sent in each token, and what is left of it. */
  refundable: {
    chain_id: number;
    stable_coin_type: StableCoin;
    coin_symbol: string;
    coin_contract: string;
    payer: string;
    received_coins: string;
    refunded_coins: string;
    remaining_coins: string;
  }[];
}
