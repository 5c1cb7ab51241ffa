// The wire types of what an order has received, as zod schemas, like schemas.ts.
import { z } from 'zod';
import { REVIEW_TYPES_TEXT } from '#domain/review-kinds.ts';
import { PAYMENTS_EXAMPLE } from './openapi-examples.ts';
import { statusPayload } from './schemas.ts';

const decimal = z.string().meta({ pattern: '^\\d+(\\.\\d+)?$' });
const address = z.string().meta({ pattern: '^0x[0-9a-fA-F]{40}$' });
const time = z.string().meta({ format: 'date-time', description: 'ISO-8601, UTC.' });

const coin = {
  stable_coin_type: z.int(),
  coin_symbol: z.string(),
};
const token = { chain_id: z.int(), ...coin, coin_contract: address };

const transfer = z.strictObject({
  ...token,
  amount_coins: decimal,
  tx_hash: z.string().meta({ pattern: '^0x[0-9a-f]{64}$' }),
  tx_from: address,
  tx_to: address,
  block_number: z.int(),
  block_time: time,
  transfer_status: z.int().describe('1 in a block, 2 confirmed, -1 removed by a reorganisation.'),
  confirmations: z.int().describe('Blocks so far, its own included.'),
  confirmations_required: z.int().nullable().describe('Null where the network’s `safe` or `finalized` block decides.'),
  is_counted: z.boolean().describe('It counts toward the price.'),
  review_type: z
    .int()
    .nullable()
    .describe(`Why a person decides or decided: ${REVIEW_TYPES_TEXT}. Null without a review.`),
  review_status: z.int().nullable().describe('1 open, 2 accepted, 3 sent back, 4 closed. Null without a review.'),
});

export const paymentsPayload = z
  .strictObject({
    all_scale_checkout_intent_id: z.string(),
    status: statusPayload,
    amount_coins: decimal.describe('The price.'),
    received_coins: decimal.describe('What counts toward the price, in all coins, confirmed or not.'),
    missing_coins: decimal.describe(
      'What the price lacks; "0.0000" when enough was received by the store’s tolerance.',
    ),
    due: z
      .array(z.strictObject({ ...coin, amount_coins: decimal }))
      .describe('What the shopper can still pay, in one of these coins. Empty when nothing more is taken.'),
    expires_at: time,
    received: z
      .array(
        z.strictObject({
          ...token,
          received_coins: decimal.describe('All transfers that are in the chain, counted or not.'),
          confirmed_coins: decimal,
          counted_coins: decimal.describe('The part that counts toward the price.'),
          surplus_coins: decimal.describe('Of a confirmed payment, beyond the price.'),
          refunded_coins: decimal.describe('Refunded or under way.'),
        }),
      )
      .describe('By coin and network.'),
    transfers: z.array(transfer).describe('In the order of the chains; of more than 200, the largest.'),
  })
  .meta({ examples: [PAYMENTS_EXAMPLE] });
