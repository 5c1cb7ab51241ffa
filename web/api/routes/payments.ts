// GET /v1/checkout_intents/{id}/payments: what an order has received, and what is due (decision 0075).
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readReceivedMoney } from '#db/intents/received-money.ts';
import { ApiError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { responses } from '../openapi.ts';
import { paymentsOf } from '../payment-items.ts';
import { paymentsPayload } from '../payment-schemas.ts';

const params = z.object({ id: z.string().describe('`allscale_checkout_intent_id` from the create response.') });

export const paymentRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      app.get(
        `/checkout_intents/:id/payments${slash}`,
        {
          schema: {
            hide: slash !== '',
            tags: ['Checkout intents'],
            params,
            summary: 'Read what an order has received, and what is due',
            description: 'In every status: also a part of the price, and money that came late or in another coin.',
            response: responses(paymentsPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const { storeId } = callerOf(request).key;
          const money = isIntentId(id) ? await readReceivedMoney(services.sql, storeId, id) : null;
          if (!money || !isIntentId(id)) throw new ApiError('notFound', 'This payment was not found.');
          return sendSuccess(request, reply, JSON.stringify(paymentsOf(id, money, Date.now())));
        },
      );
    }
  };
