// Deliveries to webhook endpoints as the dashboard and the API show them.
import { sql } from 'kysely';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { EndpointAttempt, EndpointDelivery } from '../entities/webhook-endpoint.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** Deliveries with their endpoint and their last attempt. A test event has neither an event nor an order. */
const deliveriesWithLast = (em: Em) =>
  kyselyOf(em)
    .selectFrom('EndpointDelivery as d')
    .innerJoin('WebhookEndpoint as w', 'w.id', 'd.endpoint')
    .leftJoin('OrderEvent as e', 'e.id', 'd.event')
    .leftJoin('CheckoutIntent as i', 'i.id', 'd.intent')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('EndpointAttempt as a')
          .select(['a.startedAt', 'a.responseStatus', 'a.error', 'a.durationMs'])
          .select(sql<number>`(count(*) over ())::int`.as('attempts'))
          .whereRef('a.delivery', '=', 'd.id')
          .orderBy('a.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['d.id', 'w.id as endpointId', 'e.id as eventId', 'e.eventType', 'w.url', 'd.state'])
    .select(['d.intent as intentId', 'i.orderId', 'd.createdAt', 'd.nextAttemptAt'])
    .select(['last.responseStatus as lastStatus', 'last.error as lastError'])
    .select(['last.startedAt as lastAt', 'last.durationMs as lastMs'])
    .select((eb) => eb.fn.coalesce('last.attempts', eb.lit(0)).as('attempts'))
    .orderBy('d.createdAt', 'desc')
    .orderBy('d.id', 'desc');

export interface EndpointDeliveryFilter {
  /** Null: all endpoints of the store, deleted ones included. */
  endpointId: string | null;
  state: DeliveryState | null;
  /** The delivery that the page begins after, or null for the newest. */
  after: string | null;
  limit: number;
}

/**
 * Deliveries to endpoints of a store, newest first, each with its last attempt. The newest of each endpoint come from its index, so
 * that attempts are read of the shown deliveries only.
 */
export const endpointDeliveries = (
  em: Em,
  storeId: string,
  { endpointId, state, after, limit }: EndpointDeliveryFilter,
) =>
  deliveriesWithLast(em).where('d.id', 'in', (eb) => {
    const newest = eb
      .selectFrom('WebhookEndpoint as o')
      .innerJoinLateral(
        (of) => {
          let ofOne = of
            .selectFrom('EndpointDelivery as p')
            .select(['p.id', 'p.createdAt'])
            .whereRef('p.endpoint', '=', 'o.id');
          if (state !== null) ofOne = ofOne.where('p.state', '=', state);
          if (after !== null) {
            ofOne = ofOne.where(({ eb: is, refTuple, selectFrom }) =>
              is(
                refTuple('p.createdAt', 'p.id'),
                '<',
                selectFrom('EndpointDelivery as before')
                  .innerJoin('WebhookEndpoint as b', 'b.id', 'before.endpoint')
                  .select(['before.createdAt', 'before.id'])
                  .where('before.id', '=', after)
                  .where('b.store', '=', storeId)
                  .$asTuple('createdAt', 'id'),
              ),
            );
          }
          return ofOne.orderBy('p.createdAt', 'desc').orderBy('p.id', 'desc').limit(limit).as('n');
        },
        (join) => join.onTrue(),
      )
      .select('n.id')
      .where('o.store', '=', storeId)
      .orderBy('n.createdAt', 'desc')
      .orderBy('n.id', 'desc')
      .limit(limit);
    return endpointId === null ? newest : newest.where('o.id', '=', endpointId);
  });

export type EndpointDeliveryRow = Awaited<ReturnType<ReturnType<typeof endpointDeliveries>['execute']>>[number];

/** One delivery to an endpoint of the store with its attempts, oldest first; null when there is none. */
export const readEndpointDelivery = async (
  entityManager: Em,
  storeId: string,
  endpointId: string,
  deliveryId: string,
): Promise<{ delivery: EndpointDelivery; attempts: EndpointAttempt[] } | null> => {
  const em = entityManager.fork();
  const delivery = await em.findOne(
    EndpointDelivery,
    { id: deliveryId, endpoint: { id: endpointId, store: storeId } },
    { populate: ['event', 'intent', 'endpoint'] },
  );
  if (!delivery) return null;
  return { delivery, attempts: await em.find(EndpointAttempt, { delivery }, { orderBy: { id: 'asc' } }) };
};
