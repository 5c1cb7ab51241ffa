// GET /v1/events: what happened to the store's orders, by number (decision 0075).
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type ListedEvent, listEvents } from '#db/events/list-events.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { eventsPayload, eventsQuery } from '../event-schemas.ts';
import { PAGE } from '../list-schemas.ts';
import { responses } from '../openapi.ts';

/** Text, so that `data` has the bytes of the webhook. */
const eventJson = ({ sequence, id, eventType, intentId, createdAt, body }: ListedEvent): string => {
  const members = {
    sequence: Number(sequence),
    event_id: id,
    event_type: eventType,
    all_scale_checkout_intent_id: intentId,
    created_at: createdAt.toISOString(),
  };
  return `${JSON.stringify(members).slice(0, -1)},"data":${body ?? 'null'}}`;
};

export const eventRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      app.get(
        `/events${slash}`,
        {
          schema: {
            hide: slash !== '',
            tags: ['Events'],
            summary: 'Read what happened to your orders',
            description:
              'In order of `sequence`, oldest first. Store `last_sequence` with what you have processed, and ask again with `after`: you miss no event, also none that is committed while you read.',
            querystring: eventsQuery,
            response: responses(eventsPayload),
          },
        },
        async (request, reply) => {
          const { after = '0', limit = PAGE.limit } = request.query;
          const { storeId } = callerOf(request).key;
          const { events, hasMore } = await listEvents(services.orm.em, storeId, BigInt(after), Number(limit));
          const last = events.at(-1)?.sequence ?? BigInt(after);
          const payload = `{"events":[${events.map(eventJson).join(',')}],"last_sequence":${last},"has_more":${hasMore}}`;
          return sendSuccess(request, reply, payload);
        },
      );
    }
  };
