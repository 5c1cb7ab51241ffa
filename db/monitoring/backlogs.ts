// What waits, for the worker's metrics: each figure is one look at a partial index of what is open.
import { type Expression, sql } from 'kysely';
import { findChain } from '#domain/chains.ts';
import { countRows, secondsSince } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { secondsAgo } from '../sql.ts';

/** A settlement that failed this often has a reason of its own. */
const FAILING_ATTEMPTS = 3;
/** An e-mail is late after this. */
const LATE_SECONDS = 15 * 60;

const countWhere = (condition: Expression<unknown>) => sql<number>`count(*) filter (where ${condition})::int`;

/** Settlements that are not paid, by chain; chains without one are left out. `lateSeconds`: past the promised time, the longest. */
export const readWaitingSettlements = async (em: Em) => {
  const rows = await kyselyOf(em.fork())
    .selectFrom('Settlement')
    .select(({ eb, fn }) => [
      'chainId',
      countRows().as('waiting'),
      countWhere(eb('attempts', '>=', FAILING_ATTEMPTS)).as('failing'),
      secondsSince(fn.min<Date>('createdAt')).as('oldestSeconds'),
    ])
    .where('state', 'in', ['pending', 'sending'])
    .groupBy('chainId')
    .execute();
  return rows.map((row) => {
    const promisedSeconds = (findChain(row.chainId)?.settleWithinMinutes ?? 0) * 60;
    return { ...row, lateSeconds: Math.max(row.oldestSeconds - promisedSeconds, 0) };
  });
};

/** Open reviews by kind; kinds without one are left out. */
export const readOpenReviews = (em: Em) =>
  kyselyOf(em.fork())
    .selectFrom('ReviewItem')
    .select(({ fn }) => ['kind', countRows().as('open'), secondsSince(fn.min<Date>('createdAt')).as('oldestSeconds')])
    .where('state', '=', 'open')
    .groupBy('kind')
    .execute();

/** E-mails that are not sent: all, and those that were queued over 15 minutes ago. */
export const readEmailBacklog = (em: Em) =>
  kyselyOf(em.fork())
    .selectFrom('EmailMessage')
    .select(({ eb }) => [
      countRows().as('pending'),
      countWhere(eb('createdAt', '<', secondsAgo(LATE_SECONDS))).as('late'),
    ])
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();

/** Webhooks that are not delivered, to URLs and endpoints, and by how much the next attempt of one is overdue, in seconds. */
export const readWebhookBacklog = async (em: Em): Promise<{ pending: number; overdueSeconds: number }> => {
  const of = (table: 'WebhookEvent' | 'EndpointDelivery') =>
    kyselyOf(em.fork())
      .selectFrom(table)
      .select(({ fn }) => [
        countRows().as('pending'),
        secondsSince(fn.min<Date>(fn.coalesce('nextAttemptAt', 'createdAt'))).as('overdueSeconds'),
      ])
      .where('state', '=', 'pending')
      .executeTakeFirstOrThrow();
  const both = await Promise.all([of('WebhookEvent'), of('EndpointDelivery')]);
  return {
    pending: both.reduce((sum, { pending }) => sum + pending, 0),
    overdueSeconds: Math.max(...both.map(({ overdueSeconds }) => overdueSeconds)),
  };
};
