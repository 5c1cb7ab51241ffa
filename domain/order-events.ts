// Events of an order: what the API lists (`GET /v1/events`) and sends to webhook endpoints (decision 0075). Those of a confirmed payment
// and of a refund have the bytes of their webhooks (webhook-body.ts); the others are written here.
import { type CoinId, coinSymbol } from './coins.ts';
import { type CurrencyId, currencySymbol } from './currencies.ts';
import type { IntentId } from './ids.ts';
import { type Cents, formatUnits, type Units } from './money.ts';
import type { ReceivedTransfer } from './received-money.ts';
import { REVIEW_KINDS, type ReviewKind } from './review-kinds.ts';
import { IntentStatus, type PaymentMethod } from './status.ts';
import { CONFIRMED_EVENT, CONTRACT_EVENT_TYPES, type ContractEventType, withExtra } from './webhook-body.ts';

/** Written beside the contract's events. None of them says that an order is paid. */
export const NOTICE_EVENTS = {
  /** A transfer is in a block. */
  seen: 'checkout_intent.seen',
  /** Money came, and the price is not reached yet. */
  short: 'checkout_intent.short',
  /** A transfer that was in a block is no longer in the chain. */
  removed: 'checkout_intent.removed',
  /** Money came after the checkout had ended: a person must decide. */
  late: 'checkout_intent.late',
  /** A person must decide on money, for another reason. */
  review: 'checkout_intent.review',
  /** The checkout ended without its price. */
  expired: 'checkout_intent.expired',
  canceled: 'checkout_intent.canceled',
  /** Screening denied the payer. */
  rejected: 'checkout_intent.rejected',
} as const;
export type NoticeEventType = (typeof NOTICE_EVENTS)[keyof typeof NOTICE_EVENTS];

export type OrderEventType = NoticeEventType | ContractEventType;

/** What an endpoint can ask for. The contract's event of a confirmed payment goes to the store's webhook URL only (decision 0075). */
export type EndpointEventType = Exclude<OrderEventType, typeof CONFIRMED_EVENT>;

export const ORDER_EVENT_TYPES: readonly OrderEventType[] = [...Object.values(NOTICE_EVENTS), ...CONTRACT_EVENT_TYPES];

export const ENDPOINT_EVENT_TYPES: readonly EndpointEventType[] = ORDER_EVENT_TYPES.filter(
  (type) => type !== CONFIRMED_EVENT,
);

/** The event of a review that is opened. */
export const eventOfReview = (kind: ReviewKind): NoticeEventType =>
  kind === 'late' ? NOTICE_EVENTS.late : NOTICE_EVENTS.review;

/** The event of an order that gets this status, or null. */
export const eventOfStatus = (to: IntentStatus): NoticeEventType | null => {
  if (to === IntentStatus.TIMEOUT || to === IntentStatus.UNDERPAID) return NOTICE_EVENTS.expired;
  if (to === IntentStatus.CANCELED) return NOTICE_EVENTS.canceled;
  return to === IntentStatus.REJECTED ? NOTICE_EVENTS.rejected : null;
};

/** The money that an event is about. */
export type NoticeTransfer = Pick<ReceivedTransfer, 'chainId' | 'token' | 'coin' | 'amountUnits' | 'txHash' | 'from'>;

export interface Notice {
  eventType: NoticeEventType;
  intentId: IntentId;
  status: IntentStatus;
  amountCents: Cents;
  currency: CurrencyId | null;
  /** The price, and its coin. */
  amountUnits: Units;
  coin: CoinId;
  paymentMethodType: PaymentMethod;
  orderId: string | null;
  userId: string | null;
  userName: string | null;
  extraJson: string | null;
  receivedUnits: Units;
  missingUnits: Units;
  transfer: NoticeTransfer | null;
  review: ReviewKind | null;
}

/**
 * The exact text of a notice: the members of a confirmed payment, null where there is no transfer, and those that tell it apart.
 * `status` is never CONFIRMED: receivers that take every webhook with 20 for a payment would ship twice. Of a paid order it is
 * PENDING_MANUAL_OPERATION.
 */
export const noticeBody = (eventId: string, transactionId: string, notice: Notice): string => {
  const { transfer, review, currency } = notice;
  return withExtra(
    {
      all_scale_transaction_id: transactionId,
      all_scale_checkout_intent_id: notice.intentId,
      webhook_id: eventId,
      event_type: notice.eventType,
      amount_cents: Number(notice.amountCents),
      currency,
      currency_symbol: currency === null ? null : currencySymbol(currency),
      amount_coins: formatUnits(notice.amountUnits),
      coin_symbol: coinSymbol(transfer?.coin ?? notice.coin),
      coin_contract_address: transfer?.token ?? null,
      chain_id: transfer?.chainId ?? null,
      tx_hash: transfer?.txHash ?? null,
      tx_from: transfer?.from ?? null,
      payment_method_type: notice.paymentMethodType,
      order_id: notice.orderId,
      user_id: notice.userId,
      user_name: notice.userName,
      status: notice.status === IntentStatus.CONFIRMED ? IntentStatus.PENDING_MANUAL_OPERATION : notice.status,
      received_coins: formatUnits(notice.receivedUnits),
      missing_coins: formatUnits(notice.missingUnits),
      transfer_coins: transfer ? formatUnits(transfer.amountUnits) : null,
      review_type: review === null ? null : REVIEW_KINDS[review].type,
    },
    notice.extraJson,
  );
};
