// Orders that no API request makes: presses on payment links and invoices, the dashboard and the operator's command. The same body, schema,
// pricing and terms as POST /v1/checkout_intents/ (decision 0082).
import type { FastifySchemaValidationError } from 'fastify';
import type { z } from 'zod';
import { readStoreTerms } from '#db/api/authenticate.ts';
import { readRate } from '#db/intents/fiat-rates.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import type { Orm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import type { Chain } from '#domain/chains.ts';
import { COIN_IDS } from '#domain/coins.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import type { CurrencyId } from '#domain/currencies.ts';
import { ApiError, UserError } from '#domain/errors.ts';
import type { OrderSourceKind } from '#domain/order-source.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import { priceIntent } from './price-intent.ts';
import { type CreateBody, createBody } from './schemas.ts';
import { validationFailure } from './validation-reasons.ts';

export type OwnBody = Partial<Pick<CreateBody, BodyField>>;
type BodyField = 'currency' | 'stable_coin' | 'amount_cents' | 'order_id' | 'order_description' | 'redirect_url';

export interface OwnOrder {
  storeId: string;
  source: Exclude<OrderSourceKind, 0>;
  /** As the API takes it. Without `accepted_stable_coins` every coin of the store is accepted. */
  body: OwnBody;
  /** How long the checkout may last at most; absent: as the store's settings say. */
  ttlSeconds?: number;
  /** The checkout lasts exactly this long, whatever the settings say. */
  exactTtlSeconds?: number;
  /** Gets the receipt. */
  shopperEmail?: string | null;
}

/** The order, ready to be stored. Throws UserError: its code is the reason that the API gives, `values.field` the field of the body. */
export type OrderMaker = (order: OwnOrder) => Promise<NewIntent>;

export interface OrderMakerDeps {
  orm: Pick<Orm, 'em'>;
  /** The enabled chains. */
  chains: readonly Chain[];
  feeReceiver: PayableAddress;
}

export const createOrderMaker = ({ orm, chains, feeReceiver }: OrderMakerDeps): OrderMaker => {
  const rates = { get: (currency: CurrencyId) => readRate(orm.em, currency) };
  const services = { chains, rates, feeReceiver, factory: FACTORY_ADDRESS };
  return async ({ storeId, source, body, ttlSeconds, exactTtlSeconds, shopperEmail = null }) => {
    const terms = await readStoreTerms(sqlOf(orm), storeId);
    if (!terms) throw new UserError('no_store', `There is no store ${storeId}.`);
    if (!terms.active) throw new UserError('store_not_active', 'This store is not active.');
    const whole = { accepted_stable_coins: COIN_IDS, ...body };
    const parsed = createBody.safeParse(whole);
    if (!parsed.success) throw invalidBody(parsed.error.issues[0]);
    const seconds = exactTtlSeconds ?? Math.min(terms.checkoutTtlSeconds, ttlSeconds ?? Number.POSITIVE_INFINITY);
    const priced = { ...terms, apiKeyId: null, checkoutTtlSeconds: seconds };
    const intent = await priceIntent(services, priced, parsed.data, JSON.stringify(whole)).catch(asUserError);
    return { ...intent, source, shopperEmail };
  };
};

/** Why this order could not be made now, as text for the merchant; null when it could. Nothing is stored. */
export const whyNotPayable = async (orderOf: OrderMaker, order: OwnOrder): Promise<string | null> => {
  try {
    await orderOf(order);
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
};

const userError = (message: string, details: Record<string, unknown> | null): UserError => {
  const { reason, field } = details ?? {};
  return new UserError(String(reason ?? 'not_created'), message, { values: field ? { field: String(field) } : {} });
};

const invalidBody = (issue: z.core.$ZodIssue | undefined): UserError => {
  const instancePath = `/${issue?.path.join('/') ?? ''}`;
  const { message, details } = validationFailure({
    instancePath,
    message: issue?.message,
  } as FastifySchemaValidationError);
  return userError(message, details);
};

const asUserError = (error: unknown): never => {
  throw error instanceof ApiError ? userError(error.message, error.details) : error;
};
