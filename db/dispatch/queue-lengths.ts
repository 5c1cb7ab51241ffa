// How much waits in each queue of the whole system, for the console's overview: counts and ages, over indexes of what is open.
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';

export type QueueName = 'applications' | 'reviews' | 'strays' | 'dispatch' | 'emails' | 'settlements' | 'proposals';

export interface QueueLength {
  waiting: number;
  /** What has waited for ten minutes or longer. */
  late: number;
  /** Age of the oldest, in seconds; 0 when nothing waits. */
  oldestSeconds: number;
}

const lengthOf = (queue: QueueName, rows: string): string => `
  select '${queue}' as queue, count(*)::int as waiting,
    (count(*) filter (where created_at < now() - interval '10 minutes'))::int as late,
    coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestSeconds"
  from ${rows}`;

const openIn = (lane: '=' | '<>'): string =>
  `select created_at from dispatch where done_at is null and kind ${lane} 'start_email'`;

const LENGTHS = statement<object>(
  'queue-lengths',
  [
    lengthOf('applications', `merchant where status = 'applied'`),
    lengthOf('reviews', `review_item where state = 'open'`),
    lengthOf('strays', 'stray_money where outcome is null'),
    // As two lanes: each has an index.
    lengthOf('dispatch', `(${openIn('<>')} union all ${openIn('=')}) open_rows`),
    lengthOf('emails', `email_message where state = 'pending'`),
    lengthOf('settlements', `settlement where state in ('pending', 'sending')`),
    lengthOf('proposals', `operator_proposal where state = 'waiting'`),
  ].join(' union all '),
);

export const readQueueLengths = async (em: Em): Promise<Record<QueueName, QueueLength>> => {
  const { rows } = await sqlOf({ em }).query<QueueLength & { queue: QueueName }>(LENGTHS({}));
  return Object.fromEntries(rows.map(({ queue, ...length }) => [queue, length])) as Record<QueueName, QueueLength>;
};
