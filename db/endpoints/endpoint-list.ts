// Deliveries to webhook endpoints as the dashboard shows them.
import { sql } from 'kysely';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** A store's newest deliveries to its endpoints, deleted ones included, each with its last attempt. */
export const listEndpointDeliveries = (em: Em, storeId: string, limit: number) =>
  kyselyOf(em)
    .selectFrom('EndpointDelivery as d')
    .innerJoin('WebhookEndpoint as w', 'w.id', 'd.endpoint')
    .innerJoin('OrderEvent as e', 'e.id', 'd.event')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('EndpointAttempt as a')
          .select(['a.startedAt', 'a.responseStatus', 'a.error'])
          .select(sql<number>`(count(*) over ())::int`.as('attempts'))
          .whereRef('a.delivery', '=', 'd.id')
          .orderBy('a.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['d.id', 'd.event as eventId', 'e.eventType', 'w.url', 'd.state', 'd.intent as intentId', 'd.createdAt'])
    .select([
      'd.nextAttemptAt',
      'last.startedAt as lastAt',
      'last.responseStatus as lastStatus',
      'last.error as lastError',
    ])
    .select((eb) => eb.fn.coalesce('last.attempts', eb.lit(0)).as('attempts'))
    .where('w.store', '=', storeId)
    .orderBy('d.createdAt', 'desc')
    .orderBy('d.id', 'desc')
    .limit(limit)
    .execute();
