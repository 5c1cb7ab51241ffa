// One order with everything that happened to it, for its page: rows as they are stored, scoped to its store.
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import type { IntentId } from '#domain/ids.ts';
import type { ReviewKind, TransferState } from '#domain/payment-rules.ts';
import type { ReviewOutcome } from '#domain/review-outcomes.ts';
import type { IntentStatus, PaymentMethod } from '#domain/status.ts';
import type { TimelineKind } from '../entities/intent.entity.ts';
import type { Sql } from '../pool.ts';

/** Amounts are decimal digits of ledger units. */
export interface OrderFactsRow {
  id: IntentId;
  status: IntentStatus;
  createdAt: Date;
  expiresAt: Date;
  confirmedAt: Date | null;
  orderId: string | null;
  description: string | null;
  userId: string | null;
  userName: string | null;
  redirectUrl: string | null;
  extra: string | null;
  shopperEmail: string | null;
  currency: CurrencyId | null;
  cents: string;
  rateE10: string | null;
  coin: CoinId;
  amountUnits: string;
  acceptedCoins: CoinId[];
  acceptedChainIds: number[];
  toleranceBps: number;
  feeRateE9: string;
  receiver: Address;
  depositAddress: Address;
  method: PaymentMethod;
  paidChainId: number | null;
  paidCoin: CoinId | null;
  txHash: Hex | null;
  txFrom: Address | null;
  paidUnits: string | null;
  feeUnits: string | null;
  netUnits: string | null;
  surplusUnits: string | null;
}

export interface OrderTransferRow {
  id: string;
  chainId: number;
  coin: CoinId;
  amountUnits: string;
  txHash: Hex;
  from: Address;
  blockNumber: string;
  blockTime: Date;
  state: TransferState;
  inPayment: boolean;
}

export interface OrderReviewRow {
  id: string;
  kind: ReviewKind;
  state: 'open' | 'resolved';
  outcome: ReviewOutcome | null;
  transferId: string;
  transferState: TransferState;
  amountUnits: string;
  chainId: number;
  coin: CoinId;
  txHash: Hex;
  createdAt: Date;
}

/** Money that waits to be paid out: what was paid out has its event. */
export interface OrderSettlementRow {
  chainId: number;
  /** Those that failed; it is tried again. */
  attempts: number;
  createdAt: Date;
}

export interface OrderTimelineRow {
  kind: TimelineKind;
  statusFrom: IntentStatus | null;
  statusTo: IntentStatus | null;
  data: Record<string, unknown>;
  at: Date;
}

export interface OrderWebhookRow {
  id: string;
  state: string;
  eventType: string;
  nextAttemptAt: Date | null;
  attempts: {
    at: string;
    durationMs: number;
    responseStatus: number | null;
    error: string | null;
  }[];
}

/** A message that no transport has taken yet; what became of the others is in the timeline. */
export interface WaitingEmailRow {
  kind: string;
  recipient: string;
  createdAt: Date;
}

export interface OrderActRow {
  at: Date;
  actorEmail: string | null;
  actorKind: string;
  action: string;
  reason: string | null;
}

export interface OrderDetails {
  facts: OrderFactsRow;
  transfers: OrderTransferRow[];
  reviews: OrderReviewRow[];
  settlements: OrderSettlementRow[];
  timeline: OrderTimelineRow[];
  webhooks: OrderWebhookRow[];
  waitingEmails: WaitingEmailRow[];
  acts: OrderActRow[];
}

/** The newest of each are read; nobody reads more on a page. */
const LIMIT = 200;

/** Null when the store has no such order. */
export const readOrderDetails = async (sql: Sql, storeId: string, id: IntentId): Promise<OrderDetails | null> => {
  const { rows } = await sql.query<OrderFactsRow>({ name: 'order-facts', text: FACTS, values: [id, storeId] });
  const facts = rows[0];
  if (!facts) return null;
  const read = async <Row>(name: string, text: string): Promise<Row[]> =>
    (await sql.query<Row>({ name: `order-${name}`, text, values: [id] })).rows;
  const [transfers, reviews, settlements, timeline, webhooks, waitingEmails, acts] = await Promise.all([
    read<OrderTransferRow>('transfers', TRANSFERS),
    read<OrderReviewRow>('reviews', REVIEWS),
    read<OrderSettlementRow>('settlements', SETTLEMENTS),
    read<OrderTimelineRow>('timeline', TIMELINE),
    read<OrderWebhookRow>('webhooks', WEBHOOKS),
    read<WaitingEmailRow>('waitingEmails', WAITING_EMAILS),
    read<OrderActRow>('acts', ACTS),
  ]);
  return { facts, transfers, reviews, settlements, timeline, webhooks, waitingEmails, acts };
};

const FACTS = `
  select id, status, created_at as "createdAt", expires_at as "expiresAt", confirmed_at as "confirmedAt", order_id as "orderId",
    order_description as description, user_id as "userId", user_name as "userName", redirect_url as "redirectUrl", extra,
    shopper_email as "shopperEmail", currency, amount_cents::text as cents, rate_e10::text as "rateE10", stable_coin as coin,
    amount_units::text as "amountUnits", accepted_stable_coins as "acceptedCoins", accepted_chain_ids as "acceptedChainIds",
    tolerance_bps as "toleranceBps", fee_rate_e9::text as "feeRateE9", receiver, deposit_address as "depositAddress",
    payment_method_type as method, paid_chain_id as "paidChainId", paid_coin as "paidCoin", tx_hash as "txHash", tx_from as "txFrom",
    actual_paid_units::text as "paidUnits", service_fee_units::text as "feeUnits", net_income_units::text as "netUnits",
    surplus_units::text as "surplusUnits"
  from checkout_intent where id = $1 and store_id = $2`;

const TRANSFERS = `
  select id::text, chain_id as "chainId", coin, amount_units::text as "amountUnits", tx_hash as "txHash", from_address as "from",
    block_number::text as "blockNumber", block_time as "blockTime", state, in_payment as "inPayment"
  from token_transfer where intent_id = $1 order by token_transfer.id desc limit ${LIMIT}`;

const REVIEWS = `
  select r.id::text, r.kind, r.state, r.outcome, t.id::text as "transferId", t.state as "transferState", t.amount_units::text as "amountUnits",
    t.chain_id as "chainId", t.coin, t.tx_hash as "txHash", r.created_at as "createdAt"
  from review_item r join token_transfer t on t.id = r.transfer_id where r.intent_id = $1 order by r.id desc limit ${LIMIT}`;

const SETTLEMENTS = `
  select chain_id as "chainId", attempts, created_at as "createdAt"
  from settlement where intent_id = $1 and state <> 'settled' order by settlement.id desc limit ${LIMIT}`;

const TIMELINE = `
  select kind, status_from as "statusFrom", status_to as "statusTo", data, created_at as at
  from timeline_event where intent_id = $1 order by id desc limit ${LIMIT}`;

const WEBHOOKS = `
  select e.id, e.state, e.event_type as "eventType", e.next_attempt_at as "nextAttemptAt", coalesce((
    select jsonb_agg(jsonb_build_object('at', to_char(a.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'durationMs', a.duration_ms, 'responseStatus', a.response_status, 'error', a.error) order by a.id)
    from (select * from webhook_attempt where event_id = e.id order by id desc limit ${LIMIT}) a), '[]') as attempts
  from webhook_event e where e.intent_id = $1 order by e.created_at`;

const WAITING_EMAILS = `
  select kind, recipient, created_at as "createdAt"
  from email_message where intent_id = $1 and state = 'pending' order by created_at limit ${LIMIT}`;

const ACTS = `
  select at, actor_email as "actorEmail", actor_kind as "actorKind", action, reason
  from audit_entry where subject_kind = 'intent' and subject_id = $1 order by id desc limit ${LIMIT}`;
