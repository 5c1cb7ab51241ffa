// The wire types of the lists as zod schemas, like schemas.ts. Members of a query are text: each is checked here, and read by
// `listQuery` and its like.
import { z } from 'zod';
import { findChain } from '#domain/chains.ts';
import { type CoinId, isCoinId, STABLE_COINS } from '#domain/coins.ts';
import { INTENT_STATUSES, type IntentStatus, isIntentStatus, statusName } from '#domain/status.ts';
import { characterCount, isShownLine } from '#domain/text.ts';
import { INTENT_EXAMPLE } from './openapi-examples.ts';
import { because } from './reasons.ts';
import { intentPayload, LIMITS } from './schemas.ts';

/** A member of the query that may be given once. */
export const once = () => z.string(because('repeated'));

const INTEGER = /^-?\d+$/;
const integer = () =>
  once()
    .refine((text) => INTEGER.test(text), because('not_an_integer'))
    .meta({ type: 'integer' });

export const PAGE = { limit: 20, maxLimit: 100 } as const;

export const limit = integer()
  .refine((text) => Number(text) >= 1, because('too_small'))
  .refine((text) => Number(text) <= PAGE.maxLimit, because('too_large'))
  .meta({ minimum: 1, maximum: PAGE.maxLimit, default: PAGE.limit })
  .optional()
  .describe(`Entries of a page: 1 to ${PAGE.maxLimit}, default ${PAGE.limit}.`);

/** ISO 8601 with a zone. The pattern comes first: `Date` also parses texts of other forms. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const time = () =>
  once()
    .refine((text) => TIME.test(text) && !Number.isNaN(Date.parse(text)), because('not_a_time'))
    .meta({ format: 'date-time' });

const statusList = once()
  .refine((text) => text.split(',').every((part) => INTEGER.test(part)), because('not_an_integer'))
  .refine((text) => text.split(',').every((part) => isIntentStatus(Number(part))), because('unknown_status'))
  .meta({ pattern: '^-?\\d+(,-?\\d+)*$' });

/** Empty members count as absent. */
export const withoutEmpty = (query: unknown): unknown =>
  typeof query === 'object' && query !== null
    ? Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
    : query;

const listFields = z.object({
  limit,
  cursor: once().optional().describe('`next_cursor` of the page before. Keep the filter the same.'),
  status: statusList
    .optional()
    .describe(
      `One or more, separated by commas: ${INTENT_STATUSES.map((one) => `${one} ${statusName(one)}`).join(', ')}.`,
    ),
  created_from: time()
    .optional()
    .describe('Created at this second or later. ISO 8601 with its zone; fractions are cut off.'),
  created_before: time().optional().describe('Created before this second.'),
  order_id: once()
    .refine((text) => characterCount(text) <= LIMITS.text, because('too_long'))
    .refine(isShownLine, because('bad_text'))
    .optional()
    .describe('The merchant’s order id, exactly.'),
  stable_coin: integer()
    .refine((text) => isCoinId(Number(text)), because('unknown_coin'))
    .optional()
    .describe(
      `Paid in this coin: ${Object.entries(STABLE_COINS)
        .map(([id, name]) => `${id} ${name}`)
        .join(', ')}. Orders that are not paid have none.`,
    ),
  chain_id: integer()
    .refine((text) => findChain(Number(text)), because('unknown_chain'))
    .optional()
    .describe('Paid on this network. Orders that are not paid have none.'),
});

/** Unknown members are ignored. */
export const listQuery = z.preprocess(withoutEmpty, listFields);
export type ListQuery = z.output<typeof listFields>;

const secondsOf = (text: string): number => Math.floor(Date.parse(text) / 1000);

/** The filter of a query, for db/intents/list-intents.ts. */
export const filterOf = ({ status, created_from, created_before, order_id, stable_coin, chain_id }: ListQuery) => ({
  ...(status === undefined ? {} : { statuses: statusesOf(status) }),
  ...(created_from === undefined ? {} : { createdFrom: secondsOf(created_from) }),
  ...(created_before === undefined ? {} : { createdBefore: secondsOf(created_before) }),
  ...(order_id === undefined ? {} : { orderId: order_id }),
  ...(stable_coin === undefined ? {} : { coins: [Number(stable_coin) as CoinId] }),
  ...(chain_id === undefined ? {} : { chainIds: [Number(chain_id)] }),
});

const statusesOf = (text: string): IntentStatus[] =>
  [...new Set(text.split(',').map((part) => Number(part) as IntentStatus))].toSorted((a, b) => a - b);

export const listPayload = z
  .strictObject({
    checkout_intents: z.array(intentPayload).describe('Newest first; each as in GET /v1/checkout_intents/{id}.'),
    next_cursor: z.string().nullable().describe('`cursor` of the next page; null on the last one.'),
  })
  .meta({ examples: [{ checkout_intents: [INTENT_EXAMPLE], next_cursor: null }] });
