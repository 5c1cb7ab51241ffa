// /v1/webhook_endpoints: where a shop wants its additional events (decision 0075). The contract's event of a confirmed payment is not
// among them: it goes to the store's webhook URL, which only the dashboard sets.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  createEndpoint,
  deleteEndpoint,
  type EndpointValues,
  findEndpoint,
  listEndpoints,
  updateEndpoint,
} from '#db/endpoints/webhook-endpoints.ts';
import type { WebhookEndpoint } from '#db/entities/webhook-endpoint.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import { ApiError, UserError } from '#domain/errors.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices, Caller } from '../context.ts';
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

const params = z.object({ id: z.string().describe('`endpoint_id`') });

const notFound = (): ApiError => new ApiError('notFound', 'This webhook endpoint was not found.');

const isEndpointId = (id: string): boolean => /^whe_[0-9a-f]{32}$/.test(id);

const actorOf = ({ key }: Caller): Actor => ({ kind: 'api_key', id: key.apiKeyId, email: null });

type Payload = z.output<typeof endpointPayload>;

const endpointItem = (endpoint: WebhookEndpoint): Payload => ({
  endpoint_id: endpoint.id,
  url: endpoint.url,
  event_types: endpoint.eventTypes,
  enabled: endpoint.enabled,
  gone_at: endpoint.goneAt?.toISOString() ?? null,
  created_at: endpoint.createdAt.toISOString(),
});

/** Absent members stay absent. */
const valuesOf = ({ url, event_types, enabled }: EndpointBody): Partial<EndpointValues> => ({
  ...(url ? { url } : {}),
  ...(event_types ? { eventTypes: [...new Set(event_types)] } : {}),
  ...(enabled == null ? {} : { enabled }),
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
          const endpoint = isEndpointId(id) ? await findEndpoint(orm.em, callerOf(request).key.storeId, id) : null;
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
            description: 'Absent members stay as they are. The secret stays too: to change it, add another endpoint.',
            body: changedEndpointBody,
            response: responses(endpointPayload),
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const caller = callerOf(request);
          const values = valuesOf(request.body);
          if (!isEndpointId(id)) throw notFound();
          await checkUrl(services, values.url);
          const endpoint = await checked(updateEndpoint(orm.em, caller.key.storeId, id, values, actorOf(caller)));
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
          if (!isEndpointId(id) || !(await deleteEndpoint(orm.em, caller.key.storeId, id, actorOf(caller)))) {
            throw notFound();
          }
          return sendSuccess(request, reply, JSON.stringify({ endpoint_id: id, deleted: true }));
        },
      );
    }
  };
