// The webhooks in the OpenAPI document: what a store's receiver gets (domain/webhook-body.ts; a test holds them together).
import { CONFIRMED_EVENT, TEST_EVENT, type WebhookEventType } from '#domain/webhook-body.ts';

type Type = 'string' | 'integer' | 'boolean' | 'object';

/** As much of a schema as these need. */
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
  all_scale_transaction_id: text('`txn_…`, the same in every delivery of the same payment: process each once.'),
  all_scale_checkout_intent_id: text('The intent that was paid, 24 hexadecimal digits.'),
  webhook_id: text('`evt_…`, as in the header X-Webhook-Id.'),
  event_type: text('What happened.'),
  amount_cents: number('The price as it was created with.'),
  currency: orNull(number('Of the price; null for a price in a coin.')),
  currency_symbol: orNull(text('As `USD`.')),
  amount_coins: text('The price in coins, a decimal text.'),
  coin_symbol: text('What was paid with: `USDT` or `USDC`.'),
  coin_contract_address: text('The token.'),
  chain_id: number('EIP-155.'),
  tx_hash: text('The payment; of the transfer that completed it, when there were several.'),
  tx_from: text('Who sent it.'),
  payment_method_type: number('0 unknown, 1 wallet scan, 2 wallet connect, 3 AllScale Pay.'),
  order_id: orNull(text('As it was created with; so are the three below.')),
  user_id: orNull(text('')),
  user_name: orNull(text('')),
  extra_obj: { type: ['object', 'null'], description: '`extra`, untouched.' },
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
  header('X-API-Key', 'The key whose secret signs: the one that created the intent; if it was revoked, your newest.'),
  header('X-Webhook-Id', 'The event; the same in every attempt.'),
  header('X-Webhook-Timestamp', 'Unix seconds, fresh for each attempt. Refuse more than 300 s ago or 60 s ahead.'),
  header('X-Webhook-Nonce', 'Fresh for each attempt.'),
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
      '2XX': { description: 'Delivered; so is 409, already processed.' },
      '410': { description: 'Not wanted any more: deliveries are switched off.' },
      default: { description: 'Tried again, up to ten times in four days; a test is not.' },
    },
  },
});

export const WEBHOOKS = {
  [CONFIRMED_EVENT]: webhook('A payment is confirmed', 'Ship the order, once.', body(CONFIRMED_EVENT)),
  [TEST_EVENT]: webhook(
    'A test of the receiver',
    'Sent on demand only (Dashboard, Webhooks): signed as any other, and no payment. Answer 2xx, and mark nothing as paid.',
    body(TEST_EVENT, {
      test: { type: 'boolean', enum: [true], description: 'Only tests have it.' },
      status: { type: 'integer', enum: [1], description: 'CREATED: not paid.' },
    }),
  ),
} satisfies Record<WebhookEventType, unknown>;
