// Webhooks as the dashboard shows them: a store's events with the last attempt at each, and one event with all attempts.
import { sql } from 'kysely';
import type { IntentId } from '#domain/ids.ts';
import { TEST_EVENT_TYPES } from '#domain/webhook-body.ts';
import type { DeliveryState } from '#domain/webhook-response.ts';
import { WebhookAttempt, WebhookEvent } from '../entities/delivery.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface WebhookListFilter {
  state: DeliveryState | null;
  /** The event that the page begins after, or null for the newest. */
  after: string | null;
  limit: number;
}

export type WebhookListRow = Awaited<ReturnType<typeof listWebhookEvents>>[number];

/** A store's events, newest first, each with its last attempt. */
export const listWebhookEvents = async (em: Em, storeId: string, { state, after, limit }: WebhookListFilter) => {
  let query = kyselyOf(em)
    .selectFrom('WebhookEvent as e')
    .leftJoin('CheckoutIntent as i', 'i.id', 'e.intent')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('WebhookAttempt as a')
          .select(['a.startedAt', 'a.responseStatus', 'a.error', 'a.durationMs'])
          .select(sql<number>`(count(*) over ())::int`.as('attempts'))
          .whereRef('a.event', '=', 'e.id')
          .orderBy('a.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['e.id', 'e.eventType', 'e.state', 'e.intent as intentId', 'i.orderId', 'e.createdAt', 'e.nextAttemptAt'])
    .select((eb) => eb.fn.coalesce('last.attempts', eb.lit(0)).as('attempts'))
    .select([
      'last.startedAt as lastAt',
      'last.responseStatus as lastStatus',
      'last.error as lastError',
      'last.durationMs as lastMs',
    ])
    .where('e.store', '=', storeId)
    .orderBy('e.createdAt', 'desc')
    .orderBy('e.id', 'desc')
    .limit(limit);
  if (state !== null) query = query.where('e.state', '=', state);
  if (after !== null) {
    query = query.where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('e.createdAt', 'e.id'),
        '<',
        selectFrom('WebhookEvent as before')
          .select(['before.createdAt', 'before.id'])
          .where('before.id', '=', after)
          .where('before.store', '=', storeId)
          .$asTuple('createdAt', 'id'),
      ),
    );
  }
  return await query.execute();
};

/** How many events are not delivered, by state. */
export const countWebhookEvents = (em: Em, storeId: string): Promise<Partial<Record<DeliveryState, number>>> =>
  em.fork().countBy(WebhookEvent, 'state', { where: { store: storeId, state: { $ne: 'delivered' } } });

/** What could be delivered again: the number of a store's failed events without tests, and when the oldest was created. */
export const readFailedWebhooks = async (
  entityManager: Em,
  storeId: string,
): Promise<{ count: number; oldest: Date | null }> => {
  const em = entityManager.fork();
  const failed = {
    store: storeId,
    state: { $in: ['failed', 'disabled'] satisfies DeliveryState[] },
    eventType: { $nin: TEST_EVENT_TYPES },
  };
  const [count, oldest] = await Promise.all([
    em.count(WebhookEvent, failed),
    em.findOne(WebhookEvent, failed, { orderBy: { createdAt: 'asc' }, fields: ['createdAt'] }),
  ]);
  return { count, oldest: oldest?.createdAt ?? null };
};

/** Ids of the webhooks of these orders of a store whose bytes are still kept, oldest first. */
export const listOrderWebhooks = async (em: Em, storeId: string, intentIds: readonly IntentId[]): Promise<string[]> => {
  const events = await em
    .fork()
    .find(
      WebhookEvent,
      { store: storeId, intent: { $in: [...intentIds] }, body: { $ne: '' } },
      { fields: ['id'], orderBy: { createdAt: 'asc', id: 'asc' } },
    );
  return events.map(({ id }) => id);
};

/** One event of a store with its attempts, oldest first; null when the store has none with this id. */
export const readWebhookEvent = async (
  entityManager: Em,
  storeId: string,
  eventId: string,
): Promise<{ event: WebhookEvent; attempts: WebhookAttempt[] } | null> => {
  const em = entityManager.fork();
  const event = await em.findOne(WebhookEvent, { id: eventId, store: storeId }, { populate: ['intent'] });
  if (!event) return null;
  return { event, attempts: await em.find(WebhookAttempt, { event }, { orderBy: { id: 'asc' } }) };
};
