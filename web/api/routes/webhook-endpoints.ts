// /v1/webhook_endpoints: where a shop wants its additional events (decision 0075). The contract's event of a confirmed payment is not
// among them: it goes to the store's webhook URL, which only the dashboard sets.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  createEndpoint,
  deleteEndpoint,
  type EndpointUpdate,
  findEndpoint,
  listEndpoints,
  updateEndpoint,
} from '#db/endpoints/webhook-endpoints.ts';
import { UserError } from '#domain/errors.ts';
import { isIdOf } from '#domain/ids.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { actorOf, endpointItem, endpointNotFound as notFound, endpointParams as params } from '../endpoint-items.ts';
import {
  changedEndpointBody,
  deletedPayload,
  type EndpointBody,
  endpointPayload,
  endpointsPayload,
  newEndpointBody,
  newEndpointPayload,
} from '../endpoint-schemas.ts';
import { sendSuccess } from '../envelope.ts';
import { readJsonBody, validationError } from '../json-body.ts';
import { responses } from '../openapi.ts';

/** Absent members stay absent. */
const valuesOf = ({ url, event_types, enabled, description }: EndpointBody): EndpointUpdate => ({
  ...(url ? { url } : {}),
  ...(event_types ? { eventTypes: [...new Set(event_types)] } : {}),
  ...(enabled == null ? {} : { enabled }),
  ...(description == null ? {} : { description: description || null }),
});

/** Rejects a URL that no delivery would ever call. It is not called to see its response: nobody reads a warning in the API's. */
const checkUrl = async ({ receivers }: ApiServices, url: string | undefined): Promise<void> => {
  const rejection = url === undefined ? null : await receivers.rejectionOf(url);
  if (rejection) throw validationError('url', rejection);
};

/** Turns what the store's other endpoints do not allow into 10001. */
const checked = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'url_taken') throw validationError('url', 'url_taken');
    if (error.code === 'too_many_endpoints') throw validationError('url', 'too_many_endpoints');
    throw error;
  }
};

export const endpointRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    const { orm, masterKeys } = services;
    for (const slash of ['', '/']) {
      const shared = { tags: ['Webhook endpoints'], hide: slash !== '' };
      app.post(
        `/webhook_endpoints${slash}`,
        {
          preValidation: readJsonBody,
          schema: {
            ...shared,
            summary: 'Add a webhook endpoint',
            description:
              'It gets the additional events that it asks for, signed with a secret of its own, which only this response has. Owners get an e-mail. `checkout_intent.confirmed` goes to the store’s webhook URL only.',
            body: newEndpointBody,
            response: responses(newEndpointPayload),
          },
        },
        async (request, reply) => {
          const caller = callerOf(request);
          const { url, event_types: eventTypes } = request.body;
          const values = { enabled: true, ...valuesOf(request.body), url, eventTypes: [...new Set(eventTypes)] };
          await checkUrl(services, url);
          const made = await checked(createEndpoint(orm.em, masterKeys, caller.key.storeId, values, actorOf(caller)));
          return sendSuccess(request, reply, JSON.stringify({ ...endpointItem(made.endpoint), secret: made.secret }));
        },
      );
      app.get(
        `/webhook_endpoints${slash}`,
        { schema: { ...shared, summary: 'List webhook endpoints', response: responses(endpointsPayload) } },
        async (request, reply) => {
          const endpoints = await listEndpoints(orm.em, callerOf(request).key.storeId);
          return sendSuccess(request, reply, JSON.stringify({ webhook_endpoints: endpoints.map(endpointItem) }));
        },
      );
      app.get(
        `/webhook_endpoints/:id${slash}`,
        { schema: { ...shared, params, summary: 'Read a webhook endpoint', response: responses(endpointPayload) } },
        async (request, reply) => {
          const { id } = request.params;
          const endpoint = isIdOf('whe', id) ? await findEndpoint(orm.em, callerOf(request).key.storeId, id) : null;
          if (!endpoint) throw notFound();
          return sendSuccess(request, reply, JSON.stringify(endpointItem(endpoint)));
        },
      );
      app.patch(
        `/webhook_endpoints/:id${slash}`,
        {
          preValidation: readJsonBody,
          schema: {
            ...shared,
            params,
            summary: 'Change a webhook endpoint',
            description:
              'Absent members stay as they are. The secret stays too, except as `next_secret` says: renew it with POST …/secret.',
            body: changedEndpointBody,
            response: responses(endpointPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          const { next_secret: nextSecret } = request.body;
          const update = { ...valuesOf(request.body), ...(nextSecret && { nextSecret }) };
          if (!isIdOf('whe', id)) throw notFound();
          await checkUrl(services, update.url);
          const endpoint = await checked(updateEndpoint(orm.em, caller.key.storeId, id, update, actorOf(caller)));
          if (!endpoint) throw notFound();
          return sendSuccess(request, reply, JSON.stringify(endpointItem(endpoint)));
        },
      );
      app.delete(
        `/webhook_endpoints/:id${slash}`,
        {
          schema: {
            ...shared,
            params,
            summary: 'Delete a webhook endpoint',
            description: 'What waits for it is not sent any more.',
            response: responses(deletedPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          if (!isIdOf('whe', id) || !(await deleteEndpoint(orm.em, caller.key.storeId, id, actorOf(caller)))) {
            throw notFound();
          }
          return sendSuccess(request, reply, JSON.stringify({ endpoint_id: id, deleted: true }));
        },
      );
    }
  };
