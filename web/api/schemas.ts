// The wire types of the Open API as zod schemas. They validate requests and generate the OpenAPI document; the message of each rule
// is its reason (validation-reasons.ts). Responses are written by hand, and tests check them against these schemas.
import { z } from 'zod';
import { DISABLED_STABLE_COINS, isCoinId, STABLE_COINS } from '#domain/coins.ts';
import { FIAT_CURRENCIES, isCurrencyId } from '#domain/currencies.ts';
import { INTENT_STATUSES, statusName } from '#domain/status.ts';
import { characterCount, hasOnlyStorableText, isShownLine, isShownText, isStorableText } from '#domain/text.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { webAddressProblem } from '#domain/web-address.ts';
import { CREATE_EXAMPLE, CREATED_EXAMPLE, INTENT_EXAMPLE } from './openapi-examples.ts';
import { because } from './reasons.ts';

/** Limits of the create request (docs/open-api.md section 4). */
export const LIMITS = {
  bodyBytes: 65_536,
  text: 255,
  orderDescription: 1_000,
  url: 2_048,
  extraBytes: 16_384,
  extraDepth: 32,
  acceptedCoins: 16,
  /** 10¹³ hundredths: a hundred billion coins or units of fiat. */
  amountCents: 10_000_000_000_000,
  idempotencyKey: 255,
} as const;

const list = (names: Readonly<Record<number, string>>): string =>
  Object.entries(names)
    .map(([id, name]) => `${id} ${name}`)
    .join(', ');

const integer = z.int(because('not_an_integer'));

const coin = integer.superRefine((id, context) => {
  if (isCoinId(id)) return;
  const reason: ValidationReason = Object.hasOwn(DISABLED_STABLE_COINS, id) ? 'disabled_coin' : 'unknown_coin';
  context.addIssue({ code: 'custom', message: reason });
});

/** Of texts that people read (docs/open-api.md section 4). */
const ONE_LINE = 'One line, without control characters and marks of writing direction.';
const SHOWN = 'No control characters but tabs and line breaks, and no marks of writing direction.';

/** @param isGood what the text may contain */
const text = (max: number, isGood: (value: string) => boolean) =>
  z
    .string(because('not_a_string'))
    .refine((value) => characterCount(value) <= max, because('too_long'))
    .refine(isGood, because('bad_text'))
    .meta({ maxLength: max });

const COINS = `${list(STABLE_COINS)} (${list(DISABLED_STABLE_COINS)} is disabled)`;

/** Nulls and empty strings count as absent. */
const withoutEmpty = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
    : body;

const createFields = z
  .object(
    {
      currency: integer
        .refine(isCurrencyId, because('unknown_currency'))
        .nullish()
        .describe(
          `Fiat pricing, at the stored rate: ${list(FIAT_CURRENCIES)}. Exactly one of currency and stable_coin.`,
        ),
      stable_coin: coin
        .nullish()
        .describe(`Native pricing, no conversion: ${COINS}. Exactly one of currency and stable_coin.`),
      amount_cents: z
        .number({ error: ({ input }): ValidationReason => (input === undefined ? 'required' : 'not_an_integer') })
        .refine(Number.isInteger, because('not_an_integer'))
        .refine((value) => Math.abs(value) <= LIMITS.amountCents, because('too_large'))
        .meta({ type: 'integer', maximum: LIMITS.amountCents })
        .describe(
          'Hundredths of the currency (for JPY too), or of the coin. The resulting amount must be above 0.1 coin.',
        ),
      accepted_stable_coins: z
        .array(coin, because('not_a_list'))
        .min(1, because('empty_list'))
        .max(LIMITS.acceptedCoins, because('too_many'))
        .nullish()
        .describe(`Coins the shopper may pay with: ${COINS}. The first settles fiat pricing. Default [1].`),
      order_id: text(LIMITS.text, isShownLine).nullish().describe(`The merchant's order id. May repeat. ${ONE_LINE}`),
      order_description: text(LIMITS.orderDescription, isShownText)
        .nullish()
        .describe(`Shown to the shopper. ${SHOWN}`),
      user_id: text(LIMITS.text, isShownLine).nullish().describe(`The merchant's own user. ${ONE_LINE}`),
      user_name: text(LIMITS.text, isShownLine).nullish().describe(`The merchant's own user. ${ONE_LINE}`),
      redirect_url: text(LIMITS.url, isStorableText)
        .refine((value) => webAddressProblem(value) === undefined, because('not_http_url'))
        .nullish()
        .describe('Where the shopper goes after payment, http(s) only. When absent, extra.return_url is used.'),
      extra: z
        .record(z.string(), z.unknown(), because('not_an_object'))
        .refine(hasOnlyStorableText, because('bad_text'))
        .nullish()
        .describe(
          'Returned untouched: `extra` of Get, `extra_obj` of the webhook. Up to 16 kB of JSON, 32 levels deep.',
        ),
    },
    because('not_an_object'),
  )
  .refine(({ currency, stable_coin }) => (currency === undefined) !== (stable_coin === undefined), {
    path: ['currency'],
    ...because('not_exactly_one'),
    // Only when both are well-formed: a wrong value is its own reason.
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ examples: [CREATE_EXAMPLE] });

export const createBody = z.preprocess(withoutEmpty, createFields);
export type CreateBody = z.output<typeof createFields>;

const decimal = z.string().meta({ pattern: '^\\d+(\\.\\d+)?$' });
const intentId = z
  .string()
  .meta({ pattern: '^[0-9a-f]{24}$', description: '24 lower-case hex digits; sorts by time.' });
const address = z.string().meta({ pattern: '^0x[0-9a-fA-F]{40}$' });
const time = z.string().meta({ format: 'date-time', description: 'ISO-8601, UTC.' });

export const createPayload = z
  .strictObject({
    checkout_url: z.string().describe('Send the shopper here.'),
    allscale_checkout_intent_id: intentId,
    amount_coins: decimal.describe('The price in coin.'),
    stable_coin_type: z.int().describe(`The coin of the price: ${list(STABLE_COINS)}.`),
    rate: decimal.nullable().describe('Coin per unit of fiat; null for native pricing.'),
    accepted_stable_coins: z.array(z.int()),
  })
  .meta({ examples: [CREATED_EXAMPLE] });

export const statusPayload = z
  .int()
  .describe(INTENT_STATUSES.map((status) => `${status} ${statusName(status)}`).join(', '));

export const intentPayload = z
  .strictObject({
    all_scale_checkout_intent_id: intentId,
    checkout_url: z.string(),
    status: statusPayload,
    currency: z.int().nullable().describe('Null, with its symbol and rate, for native pricing.'),
    currency_symbol: z.string().nullable(),
    currency_rate: decimal.nullable(),
    amount_cents: z.int().describe('The price as sent, whatever amount was paid.'),
    amount_coins: decimal,
    stable_coin_type: z.int().describe('The coin of the price; once paid, the coin that was paid.'),
    coin_symbol: z.string(),
    coin_contract: address.nullable().describe('The token that was paid.'),
    chain_id: z.int().nullable().describe('EIP-155 id of the chain that was paid on.'),
    tx_hash: z.string().meta({ pattern: '^0x[0-9a-f]{64}$' }).nullable(),
    tx_from: address.nullable(),
    tx_to: address.nullable(),
    payment_method_type: z.int().describe('0 UNKNOWN, 1 WALLET_SCAN, 2 WALLET_CONNECT, 3 ALL_SCALE_PAY'),
    actual_paid_amount: decimal.nullable(),
    service_fee_amount: decimal.nullable(),
    net_income_amount: decimal.nullable(),
    order_id: z.string().nullable(),
    order_description: z.string().nullable(),
    user_id: z.string().nullable(),
    user_name: z.string().nullable(),
    redirect_url: z.string().nullable(),
    extra: z.record(z.string(), z.unknown()).nullable(),
    created_at: time.nullable(),
    updated_at: time.nullable(),
    expires_at: time.nullable(),
    confirmed_at: time.nullable(),
  })
  .meta({ examples: [INTENT_EXAMPLE] });

export const pingPayload = z.strictObject({ pong: z.literal('ok') });

export const success = <Payload extends z.ZodType>(payload: Payload) =>
  z.strictObject({
    code: z.literal(0),
    payload,
    error: z.null(),
    request_id: z.string().describe('Also the header X-Request-Id.'),
  });

export const failure = z.strictObject({
  code: z.int(),
  payload: z.null(),
  error: z.strictObject({
    message: z.string().describe('May be shown to a shopper.'),
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('For programs: `reason`, and `field` where there is one.'),
  }),
  request_id: z.string(),
});
