// How much waits in each queue of the whole system, for the console's overview: counts and ages, over indexes of what is open.
import { allChains } from '#domain/chains.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';

export type QueueName = 'applications' | 'reviews' | 'strays' | 'dispatch' | 'emails' | 'settlements' | 'proposals';

export interface QueueLength {
  waiting: number;
  /** What has waited for ten minutes or longer. */
  late: number;
  /** Age of the oldest, in seconds; 0 when nothing waits. Of settlements: past the promised time. */
  oldestSeconds: number;
}

const lengthOf = (queue: QueueName, rows: string): string => `
  select '${queue}' as queue, count(*)::int as waiting,
    (count(*) filter (where created_at < now() - interval '10 minutes'))::int as late,
    greatest(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestSeconds"
  from ${rows}`;

const openIn = (lane: '=' | '<>'): string =>
  `select created_at from dispatch where done_at is null and kind ${lane} 'start_email'`;

/** As if it had been owed when it is late. */
const LATE_SETTLEMENTS = `(
  select created_at + make_interval(mins => coalesce((:promises::jsonb ->> chain_id::text)::int, 0)) as created_at
  from settlement where state in ('pending', 'sending')) owed`;

const LENGTHS = statement<{ promises: string }>(
  'queue-lengths',
  [
    lengthOf('applications', `merchant where status = 'applied'`),
    lengthOf('reviews', `review_item where state = 'open'`),
    lengthOf('strays', 'stray_money where outcome is null'),
    // As two lanes: each has an index.
    lengthOf('dispatch', `(${openIn('<>')} union all ${openIn('=')}) open_rows`),
    lengthOf('emails', `email_message where state = 'pending'`),
    lengthOf('settlements', LATE_SETTLEMENTS),
    lengthOf('proposals', `operator_proposal where state = 'waiting'`),
  ].join(' union all '),
);

export const readQueueLengths = async (em: Em): Promise<Record<QueueName, QueueLength>> => {
  const promises = Object.fromEntries(allChains().map(({ id, settleWithinMinutes }) => [id, settleWithinMinutes]));
  const { rows } = await sqlOf({ em }).query<QueueLength & { queue: QueueName }>(
    LENGTHS({ promises: JSON.stringify(promises) }),
  );
  return Object.fromEntries(rows.map(({ queue, ...length }) => [queue, length])) as Record<QueueName, QueueLength>;
};
