// The types and bodies of webhook events (docs/open-api.md section 6). Receivers may compare bytes and check types.
import { type Address, type Hex, ZERO_ADDRESS } from './address.ts';
import { type CoinId, coinSymbol } from './coins.ts';
import { type CurrencyId, currencySymbol } from './currencies.ts';
import type { IntentId } from './ids.ts';
import { type Cents, formatUnits, type Units, ZERO } from './money.ts';
import { IntentStatus, type PaymentMethod } from './status.ts';

/** Why an event was not sent, in an order's timeline: no webhook URL was set, or it was switched off. Stored. */
export const NO_RECEIVER = 'no webhook address';

export const CONFIRMED_EVENT = 'checkout_intent.confirmed';

/** A refund is confirmed. Sent only to stores that ask for it. */
export const REFUNDED_EVENT = 'checkout_intent.refunded';

/** A reorganisation removed a refund after it was confirmed: it is under way again. Sent to the same stores. */
export const REFUND_REMOVED_EVENT = 'checkout_intent.refund_removed';
export type RefundEventType = typeof REFUNDED_EVENT | typeof REFUND_REMOVED_EVENT;

/** Sent on demand only, to check that a receiver is reachable and verifies signatures. */
export const TEST_EVENT = 'webhook.test';

/** Every type of event. A test gets one attempt, reports no payment, and is left out when failed events are delivered again. */
export const WEBHOOK_EVENTS = {
  [CONFIRMED_EVENT]: { isTest: false },
  [REFUNDED_EVENT]: { isTest: false },
  [REFUND_REMOVED_EVENT]: { isTest: false },
  [TEST_EVENT]: { isTest: true },
} as const;

export type WebhookEventType = keyof typeof WEBHOOK_EVENTS;

export const TEST_EVENT_TYPES = (Object.keys(WEBHOOK_EVENTS) as WebhookEventType[]).filter(
  (type) => WEBHOOK_EVENTS[type].isTest,
);

/** Those that tell of an order: the API lists them, too (order-events.ts). */
export type ContractEventType = Exclude<WebhookEventType, typeof TEST_EVENT>;

export const CONTRACT_EVENT_TYPES = (Object.keys(WEBHOOK_EVENTS) as WebhookEventType[]).filter(
  (type): type is ContractEventType => !WEBHOOK_EVENTS[type].isTest,
);

export const isTestEvent = (type: WebhookEventType): boolean => TEST_EVENT_TYPES.includes(type);

export interface ConfirmedPayment {
  intentId: IntentId;
  amountCents: Cents;
  currency: CurrencyId | null;
  amountUnits: Units;
  coin: CoinId;
  token: Address;
  chainId: number;
  txHash: Hex;
  txFrom: Address;
  paymentMethodType: PaymentMethod;
  orderId: string | null;
  userId: string | null;
  userName: string | null;
  /** The JSON text of the merchant's `extra`, or null. */
  extraJson: string | null;
}

/** The members of every event about an order but `extra_obj`, in their order. */
const orderMembers = (
  eventType: WebhookEventType,
  webhookId: string,
  transactionId: string,
  payment: ConfirmedPayment,
) => ({
  all_scale_transaction_id: transactionId,
  all_scale_checkout_intent_id: payment.intentId,
  webhook_id: webhookId,
  event_type: eventType,
  amount_cents: Number(payment.amountCents),
  currency: payment.currency,
  currency_symbol: payment.currency === null ? null : currencySymbol(payment.currency),
  amount_coins: formatUnits(payment.amountUnits),
  coin_symbol: coinSymbol(payment.coin),
  coin_contract_address: payment.token,
  chain_id: payment.chainId,
  tx_hash: payment.txHash,
  tx_from: payment.txFrom,
  payment_method_type: payment.paymentMethodType,
  order_id: payment.orderId,
  user_id: payment.userId,
  user_name: payment.userName,
});

/** `extra_obj` is spliced in as the merchant wrote it. */
export const withExtra = (members: object, extraJson: string | null): string =>
  `${JSON.stringify(members).slice(0, -1)},"extra_obj":${extraJson ?? 'null'}}`;

/** The exact text that is sent for a confirmed payment. */
export const confirmedWebhookBody = (webhookId: string, transactionId: string, payment: ConfirmedPayment): string =>
  withExtra(orderMembers(CONFIRMED_EVENT, webhookId, transactionId, payment), payment.extraJson);

/** Coin, chain and transaction of the payment are those of the refund here; `txFrom` paid it out. */
export interface ConfirmedRefund extends ConfirmedPayment {
  refundId: string;
  /** What was refunded, before any fee. */
  refundUnits: Units;
  payerGetsUnits: Units;
  payer: Address;
  to: Address;
}

/**
 * The text of a refund that was confirmed, or removed after that: the members of a payment, and those of the refund. `status` is always
 * SEND_BACK, whatever the order's status is afterwards, so that receivers that take every webhook for a payment do not ship again.
 */
export const refundWebhookBody = (
  eventType: RefundEventType,
  webhookId: string,
  transactionId: string,
  refund: ConfirmedRefund,
): string =>
  withExtra(
    {
      ...orderMembers(eventType, webhookId, transactionId, refund),
      status: IntentStatus.SEND_BACK,
      refund_id: refund.refundId,
      refund_amount_coins: formatUnits(refund.refundUnits),
      refund_payer_gets_coins: formatUnits(refund.payerGetsUnits),
      refund_payer: refund.payer,
      refund_to: refund.to,
    },
    refund.extraJson,
  );

/**
 * The text of a test event. All members of a payment's body in the same types, of no value, and two more: `test`, and `status`
 * CREATED, which keeps receivers that take every webhook for a payment from marking anything as paid (docs/open-api.md section 6).
 */
export const testWebhookBody = (webhookId: string, transactionId: string): string =>
  JSON.stringify({
    all_scale_transaction_id: transactionId,
    all_scale_checkout_intent_id: '0'.repeat(24),
    webhook_id: webhookId,
    event_type: TEST_EVENT,
    test: true,
    status: IntentStatus.CREATED,
    amount_cents: 0,
    currency: null,
    currency_symbol: null,
    amount_coins: formatUnits(ZERO),
    coin_symbol: coinSymbol(1),
    coin_contract_address: ZERO_ADDRESS,
    chain_id: 0,
    tx_hash: `0x${'0'.repeat(64)}`,
    tx_from: ZERO_ADDRESS,
    payment_method_type: 0,
    order_id: null,
    user_id: null,
    user_name: null,
    extra_obj: null,
  });
