// POST and GET /v1/checkout_intents/{id}/refunds: ask for a refund, and read all of an order's (an extension of ours, docs/open-api.md
// section 13). The receiver's wallet signs what was asked for, in the dashboard.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readRefundRequests, requestRefund } from '#db/refunds/refund-requests.ts';
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import { parseAddress } from '#domain/address.ts';
import { ApiError } from '#domain/errors.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { parseUnits } from '#domain/money.ts';
import type { ApiServices, Caller } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { idempotencyClaim } from '../idempotency.ts';
import { readJsonBody, validationError } from '../json-body.ts';
import { responses } from '../openapi.ts';
import { refundItems, refundsOf } from '../refund-items.ts';
import { type RefundBody, refundBody, refundPayload, refundsPayload } from '../refund-schemas.ts';

const params = z.object({ id: z.string().describe('`allscale_checkout_intent_id` from the create response.') });

const notFound = (): ApiError => new ApiError('notFound', 'This payment was not found.');

const knownOrder = (id: string, caller: Caller | null): { intentId: IntentId; caller: Caller } => {
  if (!caller || !isIntentId(id)) throw notFound();
  return { intentId: id, caller };
};

const askOf = (body: RefundBody) => ({
  chainId: body.chain_id ?? null,
  coin: body.stable_coin ?? null,
  token: (body.coin_contract && parseAddress(body.coin_contract)) || null,
  payer: (body.payer && parseAddress(body.payer)) || null,
  amountUnits: body.amount_coins ? (parseUnits(body.amount_coins) ?? null) : null,
  to: (body.to && parseAddress(body.to)) || null,
  feeBearer: body.merchant_bears_fee ? ('merchant' as const) : ('payer' as const),
  reason: body.reason ?? null,
});

export const refundRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    const { orm } = services;
    for (const slash of ['', '/']) {
      const shared = { tags: ['Refunds'], params, hide: slash !== '' };
      app.post(
        `/checkout_intents/:id/refunds${slash}`,
        {
          preValidation: readJsonBody,
          schema: {
            ...shared,
            summary: 'Ask for a refund',
            description:
              'Moves no money: the wallet of the receiving address signs the refund in the dashboard, where open requests are listed. `Idempotency-Key` works as for create. Coin, chain, token and payer may be left out when only one is possible; amount and address default to all that is left, to the payer.',
            body: refundBody,
            headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
            response: responses(refundPayload),
          },
        },
        async (request, reply) => {
          const { intentId, caller } = knownOrder(request.params.id, request.caller);
          const by = { id: caller.key.apiKeyId, claim: idempotencyClaim(request, caller) };
          const result = await requestRefund(orm.em, caller.key.storeId, intentId, askOf(request.body), by);
          if (!result) throw notFound();
          if (result.kind === 'rejected') throw validationError(result.field, result.reason);
          const [order, requests] = await Promise.all([
            readRefundableOrder(orm.em.fork(), caller.key.storeId, intentId),
            readRefundRequests(orm.em.fork(), intentId),
          ]);
          const item = order && refundItems(order, requests).find(({ refund_id: id }) => id === result.id);
          return sendSuccess(request, reply, JSON.stringify(item));
        },
      );
      app.get(
        `/checkout_intents/:id/refunds${slash}`,
        { schema: { ...shared, summary: 'Read the refunds of an order', response: responses(refundsPayload) } },
        async (request, reply) => {
          const { intentId, caller } = knownOrder(request.params.id, request.caller);
          const order = await readRefundableOrder(orm.em.fork(), caller.key.storeId, intentId);
          if (!order) throw notFound();
          const requests = await readRefundRequests(orm.em.fork(), intentId);
          return sendSuccess(request, reply, JSON.stringify(refundsOf(order, requests)));
        },
      );
    }
  };
