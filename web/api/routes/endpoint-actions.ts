// /v1/webhook_endpoints/{id}/…: a new secret, a test event, what was delivered, and delivering it again (decision 0115).
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { redeliverToEndpoint, sendEndpointTest } from '#db/endpoints/endpoint-actions.ts';
import { endpointDeliveries } from '#db/endpoints/endpoint-list.ts';
import { renewSecret } from '#db/endpoints/endpoint-secrets.ts';
import { findEndpoint } from '#db/endpoints/webhook-endpoints.ts';
import { ApiError, UserError } from '#domain/errors.ts';
import { isIdOf } from '#domain/ids.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { actorOf, deliveryItem, endpointItem, endpointNotFound, endpointParams } from '../endpoint-items.ts';
import {
  deliveriesPayload,
  deliveriesQuery,
  newEndpointPayload,
  redeliverBody,
  renewSecretBody,
  startedPayload,
} from '../endpoint-schemas.ts';
import { sendSuccess } from '../envelope.ts';
import { readJsonBody, validationError } from '../json-body.ts';
import { makeCursor, readCursor } from '../list-cursor.ts';
import { PAGE } from '../list-schemas.ts';
import { responses } from '../openapi.ts';

const RETRY_AFTER_SECONDS = 60;

/** Why a delivery cannot be sent again. */
const REDELIVERY: Readonly<Record<string, ValidationReason>> = {
  test_event: 'test_event',
  endpoint_stopped: 'endpoint_stopped',
  webhook_erased: 'erased',
};

const errorOf = (error: unknown): unknown => {
  if (!(error instanceof UserError)) return error;
  if (error.code === 'too_many_tests') {
    return new ApiError('rateLimited', 'Too many test events. Please try again in a minute.', {
      reason: 'test_limit',
      retry_after_seconds: RETRY_AFTER_SECONDS,
    });
  }
  const reason = REDELIVERY[error.code];
  return reason ? validationError('delivery_id', reason) : error;
};

const checked = <Result>(work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw errorOf(error);
  });

export const endpointActionRoutes =
  ({ orm, masterKeys }: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      const shared = { tags: ['Webhook endpoints'], hide: slash !== '', params: endpointParams };
      app.post(
        `/webhook_endpoints/:id/secret${slash}`,
        {
          preValidation: readJsonBody,
          schema: {
            ...shared,
            summary: 'Renew the secret of a webhook endpoint',
            description:
              'Only this response has the new secret. One secret signs at a time: with `after_seconds` the old one signs until `next_secret_at`, so that your receiver can take both first. A renewed secret that waits is replaced. Owners get an e-mail.',
            body: renewSecretBody,
            response: responses(newEndpointPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          const { after_seconds: wait } = request.body;
          const renewed = isIdOf('whe', id)
            ? await renewSecret(orm.em, masterKeys, caller.key.storeId, id, wait ?? 0, actorOf(caller))
            : null;
          if (!renewed) throw endpointNotFound();
          const payload = { ...endpointItem(renewed.endpoint), secret: renewed.secret };
          return sendSuccess(request, reply, JSON.stringify(payload));
        },
      );
      app.post(
        `/webhook_endpoints/:id/test${slash}`,
        {
          schema: {
            ...shared,
            summary: 'Send a test event to a webhook endpoint',
            description:
              'One signed `webhook.test`, sent once; to a stopped endpoint too. Its result is in the list of deliveries, seconds later. At most ten in a minute for a store (40001 `test_limit`).',
            response: responses(startedPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          const sent = isIdOf('whe', id)
            ? await checked(sendEndpointTest(orm.em, caller.key.storeId, id, actorOf(caller)))
            : null;
          if (!sent) throw endpointNotFound();
          return sendSuccess(request, reply, JSON.stringify({ delivery_id: sent }));
        },
      );
    }
  };

export const endpointDeliveryRoutes =
  ({ orm }: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      const shared = { tags: ['Webhook endpoints'], hide: slash !== '', params: endpointParams };
      app.get(
        `/webhook_endpoints/:id/deliveries${slash}`,
        {
          schema: {
            ...shared,
            summary: 'List deliveries to a webhook endpoint',
            querystring: deliveriesQuery,
            response: responses(deliveriesPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const { storeId } = callerOf(request).key;
          const { cursor, state = null, limit = PAGE.limit } = request.query;
          if (!isIdOf('whe', id) || !(await findEndpoint(orm.em, storeId, id))) throw endpointNotFound();
          const of = { endpoint: id, state };
          const after = cursor === undefined ? null : (readCursor(storeId, of, cursor) ?? undefined);
          if (after === undefined) throw validationError('cursor', 'bad_cursor');
          const rows = await endpointDeliveries(orm.em.fork(), storeId, {
            endpointId: id,
            state,
            after: after && `whd_${after}`,
            limit: Number(limit) + 1,
          }).execute();
          const shown = rows.slice(0, Number(limit));
          const last = rows.length > shown.length ? shown.at(-1) : undefined;
          const payload = {
            deliveries: shown.map(deliveryItem),
            next_cursor: last ? makeCursor(storeId, of, last.id.replace(/^whd_/, '')) : null,
          };
          return sendSuccess(request, reply, JSON.stringify(payload));
        },
      );
      app.post(
        `/webhook_endpoints/:id/redeliver${slash}`,
        {
          preValidation: readJsonBody,
          schema: {
            ...shared,
            summary: 'Deliver an event to a webhook endpoint again',
            description: 'At once, with the same bytes, and by the whole schedule when that fails.',
            body: redeliverBody,
            response: responses(startedPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          const { delivery_id: delivery } = request.body;
          const isFound =
            isIdOf('whe', id) &&
            isIdOf('whd', delivery) &&
            (await checked(redeliverToEndpoint(orm.em, caller.key.storeId, id, delivery, actorOf(caller))));
          if (!isFound) throw isIdOf('whe', id) ? deliveryNotFound() : endpointNotFound();
          return sendSuccess(request, reply, JSON.stringify({ delivery_id: delivery }));
        },
      );
    }
  };

const deliveryNotFound = (): ApiError => new ApiError('notFound', 'This endpoint has no such delivery.');
