// GET /v1/orders: the store's checkout intents, newest first (decision 0075).
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { listIntents } from '#db/intents/list-intents.ts';
import { type IntentId, isIntentId } from '#domain/ids.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { validationError } from '../json-body.ts';
import { makeCursor, readCursor } from '../list-cursor.ts';
import { filterOf, listPayload, listQuery, PAGE } from '../list-schemas.ts';
import { responses } from '../openapi.ts';
import { checkoutUrl } from './create-intent.ts';
import { intentJson } from './read-intent.ts';

const positionOf = (storeId: string, filter: object, cursor: string | undefined): IntentId | null => {
  if (cursor === undefined) return null;
  const position = readCursor(storeId, filter, cursor);
  if (!isIntentId(position)) throw validationError('cursor', 'bad_cursor');
  return position;
};

export const listRoutes =
  (services: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    for (const slash of ['', '/']) {
      app.get(
        `/orders${slash}`,
        {
          schema: {
            hide: slash !== '',
            tags: ['Checkout intents'],
            summary: 'List checkout intents',
            description:
              'Newest first. The key’s store decides whether they are test or live. New intents never move a page: none is skipped or repeated while you follow `next_cursor`.',
            querystring: listQuery,
            response: responses(listPayload),
          },
        },
        async (request, reply) => {
          const storeId = callerOf(request).key.storeId;
          const filter = filterOf(request.query);
          const after = positionOf(storeId, filter, request.query.cursor);
          const limit = Number(request.query.limit ?? PAGE.limit);
          const { intents, hasMore } = await listIntents(services.orm.em, storeId, filter, after, limit);
          const last = intents.at(-1);
          const next = hasMore && last ? makeCursor(storeId, filter, last.id) : null;
          const items = intents.map((intent) => intentJson(intent, checkoutUrl(services, intent.id)));
          // Text, so that each `extra` is returned to the byte.
          const payload = `{"checkout_intents":[${items.join(',')}],"next_cursor":${JSON.stringify(next)}}`;
          return sendSuccess(request, reply, payload);
        },
      );
    }
  };
