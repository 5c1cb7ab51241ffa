// Money and decisions that the intent's workflow has never acted upon: their signals were delivered, but to a Temporal that has lost
// them (restored from a backup). Found by what the ledger lacks, not by time; each page is bounded, whatever lies there.
import { DUST_UNITS } from '#domain/payment-rules.ts';
import { MAX_TRANSFERS } from '../intents/intent-snapshot.ts';
import type { Em } from '../orm.ts';
import { DISPATCH_CHANNEL } from './outbox.ts';

export interface UnprocessedPage {
  /** Intents whose workflow is signalled once more. */
  queued: number;
  /** Where the next page begins; '0' after the last one. */
  nextAfterId: string;
}

/**
 * Looks at `limit` transfers that are loose (not in a payment, or in one and orphaned) and nudges the intents that owe them a step:
 * - a closed or confirmed intent without a review of money that is there, or of a payment that vanished;
 * - any intent with money that a person accepted and that is in no payment.
 * Dust, and what lies beyond the snapshot's cap, is never acted upon and left out. Intents that wait for money are not meant here:
 * `requeueUnnoticedTransfers` compares them with their own last change.
 * @param afterSeconds how long a workflow has had to take notice
 * @param bucket the same nudge is queued once in each
 */
export const requeueUnprocessedMoney = async (
  entityManager: Em,
  page: { afterId: string; limit: number; afterSeconds: number; bucket: number },
): Promise<UnprocessedPage> => {
  const em = entityManager.fork();
  const [row] = await em.execute<{ last: string | null; seen: number; queued: number }[]>(FIND, [
    page.afterId,
    page.limit,
    page.afterSeconds,
    String(DUST_UNITS),
    String(page.bucket),
  ]);
  if (row && row.queued > 0) await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  return { queued: row?.queued ?? 0, nextAfterId: row?.last && row.seen === page.limit ? row.last : '0' };
};

const FIND = `
  with page as materialized (
    select id, intent_id from token_transfer
    where in_payment = (state = 'orphaned') and id > ?::bigint order by id limit ?),
  owing as (
    select i.id, min(t.id) as transfer_id
    from (select distinct intent_id from page) p
    join checkout_intent i on i.id = p.intent_id
    cross join lateral (
      select t.id, t.state, t.in_payment, t.amount_units, t.updated_at from token_transfer t where t.intent_id = i.id
      order by t.in_payment desc, t.state = 'orphaned', t.amount_units desc, t.id limit ${MAX_TRANSFERS}) t
    where t.in_payment = (t.state = 'orphaned') and t.updated_at < now() - make_interval(secs => ?)
      and t.amount_units >= ?::numeric
      and (
        (i.status in (-5, -4, -3, -2, -1, 20) and not exists (
          select from review_item r where r.intent_id = i.id and r.transfer_id = t.id
            and (t.state <> 'orphaned' or r.kind = 'reorg_after_confirmed')))
        or (t.state = 'confirmed' and exists (
          select from review_item r where r.intent_id = i.id and r.transfer_id = t.id and r.outcome = 'accepted')
          and not exists (
          select from review_item r where r.intent_id = i.id and r.kind = 'screening' and r.state = 'open')))
    group by i.id),
  queued as (
    insert into dispatch (kind, subject_id, dedupe_key, data)
    select 'signal_intent', id, 'reconcile:money:' || id || ':' || ?::text,
      jsonb_build_object('signal', 'transferSeen', 'transferId', transfer_id::text)
    from owing on conflict (dedupe_key) do nothing returning 1)
  select (select max(id)::text from page) as last, (select count(*)::int from page) as seen,
    (select count(*)::int from queued) as queued`;

/**
 * Nudges those of the given open intents where a person decided after the intent's last change and more than `afterSeconds` ago;
 * once for each decision.
 */
export const requeueUnprocessedDecisions = async (
  entityManager: Em,
  intentIds: readonly string[],
  afterSeconds: number,
): Promise<number> => {
  if (intentIds.length === 0) return 0;
  const em = entityManager.fork();
  const rows = await em.execute<unknown[]>(
    `insert into dispatch (kind, subject_id, dedupe_key, data)
     select 'signal_intent', i.id, 'reconcile:review:' || r.id, '{"signal":"reviewResolved"}'
     from jsonb_array_elements_text(?::jsonb) as asked(id) join checkout_intent i on i.id = asked.id
     join review_item r on r.intent_id = i.id
     where i.status in (4, 5) and r.resolved_at > i.updated_at and r.resolved_at < now() - make_interval(secs => ?)
     on conflict (dedupe_key) do nothing returning id`,
    [JSON.stringify(intentIds), afterSeconds],
  );
  if (rows.length > 0) await em.execute('select pg_notify(?, ?)', [DISPATCH_CHANNEL, '']);
  return rows.length;
};
