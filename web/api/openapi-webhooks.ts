// The webhooks in the OpenAPI document. A test compares them with domain/webhook-body.ts.

import { NOTICE_EVENTS, type NoticeEventType } from '#domain/order-events.ts';
import { REVIEW_TYPES_TEXT } from '#domain/review-kinds.ts';
import {
  CONFIRMED_EVENT,
  REFUND_REMOVED_EVENT,
  REFUNDED_EVENT,
  type RefundEventType,
  TEST_EVENT,
  type WebhookEventType,
} from '#domain/webhook-body.ts';

type Type = 'string' | 'integer' | 'boolean' | 'object';

/** The part of JSON Schema that is used here. */
interface Schema {
  type: Type | [Type, 'null'];
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
}

const text = (description: string) => ({ type: 'string' as const, description });
const number = (description: string) => ({ type: 'integer' as const, description });
const orNull = (schema: Schema & { type: Type }): Schema => ({ ...schema, type: [schema.type, 'null'] });

const MEMBERS: Record<string, Schema> = {
  all_scale_transaction_id: text('`txn_…`. The same in every delivery of the same payment: process each once.'),
  all_scale_checkout_intent_id: text('The intent that was paid, 24 hexadecimal digits.'),
  webhook_id: text('`evt_…`, as in the header X-Webhook-Id.'),
  event_type: text('What happened.'),
  amount_cents: number('The price of the intent.'),
  currency: orNull(number('Currency of the price; null for a price in a coin.')),
  currency_symbol: orNull(text('For example `USD`.')),
  amount_coins: text('The price in coins, as a decimal string.'),
  coin_symbol: text('The coin that was paid: `USDT` or `USDC`.'),
  coin_contract_address: text('Contract of the token that was paid.'),
  chain_id: number('EIP-155 id of the chain.'),
  tx_hash: text('Hash of the payment’s transaction; with several transfers, of the one that completed the payment.'),
  tx_from: text('Sender of that transfer.'),
  payment_method_type: number('0 unknown, 1 wallet scan, 2 wallet connect, 3 AllScale Pay.'),
  order_id: orNull(text('As in the create request, like the three members below.')),
  user_id: orNull(text('')),
  user_name: orNull(text('')),
  extra_obj: { type: ['object', 'null'], description: '`extra` of the create request, unchanged.' },
};

const body = (eventType: string, more: Record<string, Schema> = {}): Schema => {
  const properties: Record<string, Schema> = { ...MEMBERS, event_type: { type: 'string', enum: [eventType] }, ...more };
  return { type: 'object', properties, required: Object.keys(properties) };
};

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
});

const HEADERS = [
  header(
    'X-API-Key',
    'The key whose secret signs: the one that created the intent or, if that was revoked, your newest.',
  ),
  header('X-Webhook-Id', 'The event; the same in every attempt.'),
  header(
    'X-Webhook-Timestamp',
    'Unix seconds, new for each attempt. Reject it when it is more than 300 s old or 60 s ahead.',
  ),
  header('X-Webhook-Nonce', 'New for each attempt.'),
  header(
    'X-Webhook-Signature',
    '`v1=` and Base64(HMAC-SHA256(api_secret, allscale:webhook:v1 \\n POST \\n PATH \\n QUERY_STRING \\n WEBHOOK_ID \\n TIMESTAMP \\n NONCE \\n BODY_SHA256)).',
  ),
];

const webhook = (summary: string, description: string, schema: Schema) => ({
  post: {
    summary,
    description,
    security: [],
    parameters: HEADERS,
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      '2XX': { description: 'Delivered. 409 (already processed) counts as delivered too.' },
      '410': { description: 'Gone: deliveries to this URL are turned off.' },
      default: { description: 'Retried, up to ten attempts in four days. A test is not retried.' },
    },
  },
});

/** The same members where the event may be about no transfer, and those that tell a notice apart. */
const noticeBody = (eventType: NoticeEventType): Schema =>
  body(eventType, {
    coin_contract_address: orNull(text('Of the transfer, like the three members below; null when it is about none.')),
    chain_id: orNull(number('')),
    tx_hash: orNull(text('')),
    tx_from: orNull(text('')),
    status: number('The status of the order; never 20: of a paid order it is 4. Not a payment.'),
    received_coins: text('What counts toward the price.'),
    missing_coins: text('What the price lacks.'),
    transfer_coins: orNull(text('Amount of the transfer.')),
    review_type: orNull(number(`${REVIEW_TYPES_TEXT}.`)),
  });

const NOTICES: Record<NoticeEventType, string> = {
  [NOTICE_EVENTS.seen]: 'A transfer is in a block',
  [NOTICE_EVENTS.short]: 'Money came, and the price is not reached',
  [NOTICE_EVENTS.removed]: 'A transfer is no longer in the chain',
  [NOTICE_EVENTS.late]: 'Money came late',
  [NOTICE_EVENTS.review]: 'A person must decide on money',
  [NOTICE_EVENTS.expired]: 'A checkout ended without its price',
  [NOTICE_EVENTS.canceled]: 'The shopper canceled',
  [NOTICE_EVENTS.rejected]: 'Screening denied the payer',
};

const NOTICE_WEBHOOKS = Object.fromEntries(
  Object.entries(NOTICES).map(([type, summary]) => [
    type,
    webhook(
      summary,
      'Sent to the webhook endpoints that ask for it, signed with their own secret; `X-API-Key` is the endpoint.',
      noticeBody(type as NoticeEventType),
    ),
  ]),
) as Record<NoticeEventType, ReturnType<typeof webhook>>;

const refundBody = (type: RefundEventType) =>
  body(type, {
    status: { type: 'integer', enum: [5], description: 'SEND_BACK: not a payment.' },
    refund_id: text('`rfr_…` or `rfd_…`, as in the list of refunds.'),
    refund_amount_coins: text('What was refunded, before any fee, as a decimal string.'),
    refund_payer_gets_coins: text('What the payer got.'),
    refund_payer: text('Whose money it was.'),
    refund_to: text('Where it went.'),
  });

export const WEBHOOKS = {
  ...NOTICE_WEBHOOKS,
  [CONFIRMED_EVENT]: webhook('A payment is confirmed', 'Ship the order, once.', body(CONFIRMED_EVENT)),
  [REFUNDED_EVENT]: webhook(
    'A refund is confirmed',
    'Sent only when the store asks for it (Dashboard, Settings). Not a payment: coin, network and transaction are those of the refund.',
    refundBody(REFUNDED_EVENT),
  ),
  [REFUND_REMOVED_EVENT]: webhook(
    'A refund that was confirmed is no longer in the chain',
    'A reorganisation removed it, and it is under way again: `refunded` with the same `refund_id` may follow. Sent as that one is.',
    refundBody(REFUND_REMOVED_EVENT),
  ),
  [TEST_EVENT]: webhook(
    'Test of a webhook receiver',
    'Sent on demand only (Dashboard, Webhooks): signed like any other event, but not a payment. Respond with 2xx, and do not mark anything as paid.',
    body(TEST_EVENT, {
      test: { type: 'boolean', enum: [true], description: 'Only tests have it.' },
      status: { type: 'integer', enum: [1], description: 'CREATED: not paid.' },
    }),
  ),
} satisfies Record<WebhookEventType | NoticeEventType, unknown>;
