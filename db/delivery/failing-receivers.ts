// Webhook receivers that fail, as the console lists them.
import { type ExpressionBuilder, sql } from 'kysely';
import { kyselyOf, type Tables } from '../kysely.ts';
import type { Em } from '../orm.ts';

export type FailingReceiver = Awaited<ReturnType<typeof listFailingReceivers>>[number];

/**
 * Stores with events of the last 30 days that were tried and are not delivered; those that fail longest come first. Each has the
 * last attempt at its newest such event. `disabledAt` is set when the receiver responded with 410: nothing is sent until the store
 * switches it on again.
 */
export const listFailingReceivers = async (em: Em, limit: number) => {
  const rows = await kyselyOf(em)
    .selectFrom((eb) => undelivered(eb).as('f'))
    .innerJoin('Store as s', 's.id', 'f.store')
    .innerJoin('Merchant as m', 'm.id', 's.merchant')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('WebhookAttempt as a')
          .select(['a.startedAt', 'a.responseStatus', 'a.error'])
          .whereRef('a.event', '=', 'f.newest')
          .orderBy('a.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .select(['s.id as storeId', 's.name as storeName', 's.isTest as storeIsTest'])
    .select(['m.id as merchantId', 'm.name as merchantName'])
    .select(['s.webhookUrl', 's.webhookDisabledAt as disabledAt'])
    .select(['f.failingSince', 'f.waiting', 'f.givenUp', 'f.nextTryAt'])
    .select(['last.startedAt as lastAttemptAt', 'last.responseStatus as lastStatus', 'last.error as lastError'])
    .orderBy('f.failingSince')
    .limit(limit)
    .execute();
  return rows.map(({ failingSince, nextTryAt, ...row }) => ({
    ...row,
    failingSince: new Date(failingSince),
    nextTryAt: nextTryAt === null ? null : new Date(nextTryAt),
  }));
};

/** Undelivered events by store. */
const undelivered = (eb: ExpressionBuilder<Tables, never>) =>
  eb
    .selectFrom('WebhookEvent as e')
    .select(({ ref, fn }) => [
      'e.store',
      sql<string>`min(${ref('e.createdAt')})`.as('failingSince'),
      sql<number>`${fn.countAll().filterWhere('e.state', '=', 'pending')}::int`.as('waiting'),
      sql<number>`${fn.countAll().filterWhere('e.state', 'in', ['failed', 'disabled'])}::int`.as('givenUp'),
      sql<string | null>`min(${ref('e.nextAttemptAt')})`.as('nextTryAt'),
      sql<string>`(array_agg(${ref('e.id')} order by ${ref('e.createdAt')} desc))[1]`.as('newest'),
    ])
    .where('e.createdAt', '>', sql<Date>`now() - interval '30 days'`)
    .where('e.state', '<>', 'delivered')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('WebhookAttempt as a').select('a.id').whereRef('a.event', '=', 'e.id')),
    )
    .groupBy('e.store');
