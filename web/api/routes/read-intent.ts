// GET /v1/checkout_intents/{id} and …/status (docs/open-api.md section 5). Unknown and malformed ids and other stores' ids get the
// same response.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { readIntent, readIntentStatus } from '#db/intents/read-intent.ts';
import { coinSymbol } from '#domain/coins.ts';
import { currencySymbol } from '#domain/currencies.ts';
import { ApiError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatUnits, type Units } from '#domain/money.ts';
import { formatRate } from '#domain/pricing.ts';
import { nameOrder } from '#web/http/request-orders.ts';
import type { ApiServices } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { responses } from '../openapi.ts';
import { intentPayload, statusPayload } from '../schemas.ts';
import { checkoutUrl } from './create-intent.ts';

const notFound = (): ApiError => new ApiError('notFound', 'This payment was not found.');

const amount = (units: Units | null | undefined): string | null => (units == null ? null : formatUnits(units));
const time = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

type Payload = z.output<typeof intentPayload>;

/** The payload as JSON text, with `extra` exactly as the merchant sent it. */
export const intentJson = (intent: CheckoutIntent, url: string): string => {
  const currency = intent.currency ?? null;
  const coin = intent.paidCoin ?? intent.stableCoin;
  const head: Omit<Payload, 'extra' | `${string}_at`> = {
    all_scale_checkout_intent_id: intent.id,
    checkout_url: url,
    status: intent.status,
    currency,
    currency_symbol: currency === null ? null : currencySymbol(currency),
    currency_rate: intent.rateE10 == null ? null : formatRate(intent.rateE10),
    amount_cents: Number(intent.amountCents),
    amount_coins: formatUnits(intent.amountUnits),
    stable_coin_type: coin,
    coin_symbol: coinSymbol(coin),
    coin_contract: intent.paidToken ?? null,
    chain_id: intent.paidChainId ?? null,
    tx_hash: intent.txHash ?? null,
    tx_from: intent.txFrom ?? null,
    tx_to: intent.txTo ?? null,
    payment_method_type: intent.paymentMethodType,
    actual_paid_amount: amount(intent.actualPaidUnits),
    service_fee_amount: amount(intent.serviceFeeUnits),
    net_income_amount: amount(intent.netIncomeUnits),
    order_id: intent.orderId ?? null,
    order_description: intent.orderDescription ?? null,
    user_id: intent.userId ?? null,
    user_name: intent.userName ?? null,
    redirect_url: intent.redirectUrl ?? null,
  };
  const tail: Pick<Payload, 'created_at' | 'updated_at' | 'expires_at' | 'confirmed_at'> = {
    created_at: time(intent.createdAt),
    updated_at: time(intent.updatedAt),
    expires_at: time(intent.expiresAt),
    confirmed_at: time(intent.confirmedAt),
  };
  return `${JSON.stringify(head).slice(0, -1)},"extra":${intent.extra ?? 'null'},${JSON.stringify(tail).slice(1)}`;
};

const params = z.object({ id: z.string().describe('`allscale_checkout_intent_id` from the create response.') });

export const readRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      const shared = { tags: ['Checkout intents'], params, hide: slash !== '' };
      app.get(
        `/checkout_intents/:id${slash}`,
        { schema: { ...shared, summary: 'Read a checkout intent', response: responses(intentPayload) } },
        async (request, reply) => {
          const { id } = request.params;
          const storeId = request.caller?.key.storeId;
          const intent = isIntentId(id) && storeId ? await readIntent(services.orm.em, storeId, id) : null;
          if (!intent) throw notFound();
          nameOrder(request, { id: intent.id, orderId: intent.orderId ?? null });
          const payload = intentJson(intent, checkoutUrl(services, intent.id));
          return sendSuccess(request, reply, payload);
        },
      );
      app.get(
        `/checkout_intents/:id/status${slash}`,
        { schema: { ...shared, summary: 'Read only the status', response: responses(statusPayload) } },
        async (request, reply) => {
          const { id } = request.params;
          const storeId = request.caller?.key.storeId;
          const status = isIntentId(id) && storeId ? await readIntentStatus(services.sql, storeId, id) : undefined;
          if (status === undefined) throw notFound();
          return sendSuccess(request, reply, String(status));
        },
      );
    }
  };
