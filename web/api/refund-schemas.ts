// The wire types of refunds as zod schemas, like schemas.ts.
import { z } from 'zod';
import { parseAddress } from '#domain/address.ts';
import { isCoinId, STABLE_COINS } from '#domain/coins.ts';
import { parseUnits } from '#domain/money.ts';
import { characterCount, isShownText } from '#domain/text.ts';
import { REFUND_EXAMPLE } from './openapi-examples.ts';
import { because } from './reasons.ts';

const COINS = Object.entries(STABLE_COINS)
  .map(([id, name]) => `${id} ${name}`)
  .join(', ');

const address = z.string(because('not_a_string')).refine((text) => parseAddress(text), because('not_an_address'));

const refundFields = z
  .object(
    {
      amount_coins: z
        .string(because('not_a_string'))
        .refine((text) => (parseUnits(text) ?? 0n) > 0n, because('not_an_amount'))
        .nullish()
        .describe('What is refunded, before any fee, as a decimal string. Default: all that is left.'),
      stable_coin: z
        .int(because('not_an_integer'))
        .refine(isCoinId, because('unknown_coin'))
        .nullish()
        .describe(`The coin that was paid: ${COINS}. Needed when the order was paid in several.`),
      chain_id: z
        .int(because('not_an_integer'))
        .nullish()
        .describe('The chain that was paid on. Needed when there are several.'),
      coin_contract: address
        .nullish()
        .describe(
          'The token that was paid. Needed when there are several of one coin on one chain, such as USDT and USDT0.',
        ),
      payer: address.nullish().describe('The address that paid. Needed when there are several.'),
      to: address.nullish().describe('Where the money goes. Default: the payer. Exchanges do not credit returns.'),
      merchant_bears_fee: z
        .boolean(because('not_a_boolean'))
        .nullish()
        .describe('True: the payer gets the full amount, from the receiving wallet. Default: false.'),
      reason: z
        .string(because('not_a_string'))
        .refine((value) => characterCount(value) <= 1_000, because('too_long'))
        .refine(isShownText, because('bad_text'))
        .nullish()
        .describe(
          'For the dashboard and the audit log. No control characters but tabs and line breaks, no marks of writing direction.',
        ),
    },
    because('not_an_object'),
  )
  .meta({ examples: [{ amount_coins: '4.5', reason: 'One of two items was returned' }] });

/** Nulls and empty strings count as absent. */
export const refundBody = z.preprocess(
  (body) =>
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
      : body,
  refundFields,
);
export type RefundBody = z.output<typeof refundFields>;

const decimal = z.string().meta({ pattern: '^\\d+(\\.\\d+)?$' });
const addressOut = z.string().meta({ pattern: '^0x[0-9a-fA-F]{40}$' });
const time = z.string().meta({ format: 'date-time', description: 'ISO-8601, UTC.' });

export const refundPayload = z
  .strictObject({
    refund_id: z.string().describe('`rfr_…` of a request, `rfd_…` of a refund that nobody asked for over the API.'),
    refund_status: z
      .int()
      .describe('1 requested, 2 under way, 3 refunded, -1 failed (a new one may follow), -2 canceled.'),
    chain_id: z.int(),
    stable_coin_type: z.int(),
    coin_symbol: z.string(),
    coin_contract: addressOut,
    amount_coins: decimal.describe('What is refunded, before any fee.'),
    payer_gets_coins: decimal.nullable().describe('What the payer gets; null until it is signed.'),
    merchant_bears_fee: z.boolean(),
    payer: addressOut.describe('Whose money it is.'),
    to: addressOut,
    tx_hash: z.string().nullable(),
    reason: z.string().nullable(),
    created_at: time,
    confirmed_at: time.nullable(),
  })
  .meta({ examples: [REFUND_EXAMPLE] });

export const refundsPayload = z.strictObject({
  refunds: z.array(refundPayload).describe('Oldest first.'),
  refundable: z
    .array(
      z.strictObject({
        chain_id: z.int(),
        stable_coin_type: z.int(),
        coin_symbol: z.string(),
        coin_contract: addressOut.describe(
          'The token: two tokens of one coin on one chain are refunded each by itself.',
        ),
        payer: addressOut,
        received_coins: decimal,
        refunded_coins: decimal.describe('Refunded or under way.'),
        remaining_coins: decimal,
      }),
    )
    .describe('What each payer sent in each token, and what is left of it.'),
});
