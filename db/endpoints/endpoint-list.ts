// Deliveries to webhook endpoints as the dashboard shows them.
import { sql } from 'kysely';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/**
 * A store's newest deliveries to its endpoints, deleted ones included, each with its last attempt. The newest of each endpoint come
 * from its index, so that attempts are read of the shown deliveries only.
 */
export const newestEndpointDeliveries = (em: Em, storeId: string, limit: number) =>
  kyselyOf(em)
    .selectFrom('EndpointDelivery as d')
    .innerJoin('WebhookEndpoint as w', 'w.id', 'd.endpoint')
    .innerJoin('OrderEvent as e', 'e.id', 'd.event')
    .innerJoin('CheckoutIntent as i', 'i.id', 'd.intent')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('EndpointAttempt as a')
          .select(['a.responseStatus', 'a.error'])
          .select(sql<number>`(count(*) over ())::int`.as('attempts'))
          .whereRef('a.delivery', '=', 'd.id')
          .orderBy('a.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select([
      'd.id',
      'w.id as endpointId',
      'e.eventType',
      'w.url',
      'd.state',
      'd.intent as intentId',
      'i.orderId',
      'd.createdAt',
    ])
    .select(['last.responseStatus as lastStatus', 'last.error as lastError'])
    .select((eb) => eb.fn.coalesce('last.attempts', eb.lit(0)).as('attempts'))
    .where('d.id', 'in', (eb) =>
      eb
        .selectFrom('WebhookEndpoint as o')
        .innerJoinLateral(
          (of) =>
            of
              .selectFrom('EndpointDelivery as p')
              .select(['p.id', 'p.createdAt'])
              .whereRef('p.endpoint', '=', 'o.id')
              .orderBy('p.createdAt', 'desc')
              .orderBy('p.id', 'desc')
              .limit(limit)
              .as('n'),
          (join) => join.onTrue(),
        )
        .select('n.id')
        .where('o.store', '=', storeId)
        .orderBy('n.createdAt', 'desc')
        .orderBy('n.id', 'desc')
        .limit(limit),
    )
    .orderBy('d.createdAt', 'desc')
    .orderBy('d.id', 'desc');
