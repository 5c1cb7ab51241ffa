// Money and decisions that the intent's workflow never processed: their signals were delivered, but to a Temporal that lost them
// (restored from a backup). Found by what the ledger lacks, not by time. Each page is bounded.
import type { IntentId } from '#domain/ids.ts';
import { DUST_UNITS } from '#domain/payment-rules.ts';
import { IntentStatus, TERMINAL_STATUSES } from '#domain/status.ts';
import { MAX_TRANSFERS } from '../intents/intent-snapshot.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { anyText, secondsAgo, statement, statusList } from '../sql.ts';
import { queueDispatch } from './outbox.ts';

export interface UnprocessedPage {
  /** Intents whose workflow is signalled again. */
  queued: number;
  /** The cursor of the next page; '0' after the last one. */
  nextAfterId: string;
}

/**
 * Reads `limit` transfers that are loose (not in a payment, or in one and orphaned) and signals the intents that must process them:
 * - a closed or confirmed intent without a review of money that is there, or of a payment that vanished;
 * - any intent with money that a person accepted and that is in no payment.
 * Workflows never process dust, nor transfers beyond the snapshot's limit: both are left out. So are intents that wait for money:
 * `requeueUnprocessedTransfers` compares them with their own last change.
 * @param afterSeconds how long a workflow has had to process them
 * @param bucket the same signal is queued once in each bucket
 */
export const requeueUnprocessedMoney = async (
  entityManager: Em,
  page: { afterId: string; limit: number; afterSeconds: number; bucket: number },
): Promise<UnprocessedPage> => {
  const em = entityManager.fork();
  const { rows } = await sqlOf({ em }).query<PageRow>(FIND(page));
  const { last = null, seen = 0, owing = [] } = rows[0] ?? {};
  const queued = await queueDispatch(
    em,
    ...owing.map(({ intentId, transferId }) => ({
      kind: 'signal_intent' as const,
      subjectId: intentId,
      dedupeKey: `reconcile:money:${intentId}:${page.bucket}`,
      data: { signal: 'transferSeen', transferId },
    })),
  );
  return { queued, nextAfterId: last !== null && seen === page.limit ? last : '0' };
};

interface PageRow {
  last: string | null;
  seen: number;
  owing: { intentId: IntentId; transferId: string }[];
}

const FIND = statement<{ afterId: string; limit: number; afterSeconds: number }>(
  'unprocessed-money',
  `
  with page as materialized (
    select id, intent_id from token_transfer
    where in_payment = (state = 'orphaned') and id > :afterId::bigint order by id limit :limit),
  owing as (
    select i.id, min(t.id) as transfer_id
    from (select distinct intent_id from page) p
    join checkout_intent i on i.id = p.intent_id
    cross join lateral (
      select t.id, t.state, t.in_payment, t.amount_units, t.updated_at from token_transfer t where t.intent_id = i.id
      order by t.in_payment desc, t.state = 'orphaned', t.amount_units desc, t.id limit ${MAX_TRANSFERS}) t
    where t.in_payment = (t.state = 'orphaned') and t.updated_at < now() - make_interval(secs => :afterSeconds)
      and t.amount_units >= ${DUST_UNITS}
      and (
        (i.status in (${statusList(TERMINAL_STATUSES)}) and not exists (
          select from review_item r where r.intent_id = i.id and r.transfer_id = t.id
            and (t.state <> 'orphaned' or r.kind = 'reorg_after_confirmed')))
        or (t.state = 'confirmed' and exists (
          select from review_item r where r.intent_id = i.id and r.transfer_id = t.id and r.outcome = 'accepted')
          and not exists (
          select from review_item r where r.intent_id = i.id and r.kind = 'screening' and r.state = 'open')))
    group by i.id)
  select (select max(id)::text from page) as last, (select count(*)::int from page) as seen,
    (select coalesce(json_agg(json_build_object('intentId', id, 'transferId', transfer_id::text)), '[]') from owing) as owing`,
);

/**
 * Signals those of the given open intents where a person decided after the intent's last change, `afterSeconds` ago or earlier;
 * once for each decision.
 */
export const requeueUnprocessedDecisions = async (
  entityManager: Em,
  intentIds: readonly IntentId[],
  afterSeconds: number,
): Promise<number> => {
  if (intentIds.length === 0) return 0;
  const em = entityManager.fork();
  const decisions = await kyselyOf(em)
    .selectFrom('ReviewItem as r')
    .innerJoin('CheckoutIntent as i', 'i.id', 'r.intent')
    .select(['r.id', 'i.id as intentId'])
    .where('i.id', '=', anyText(intentIds))
    .where('i.status', 'in', [IntentStatus.PENDING_MANUAL_OPERATION, IntentStatus.SEND_BACK])
    .whereRef('r.resolvedAt', '>', 'i.updatedAt')
    .where('r.resolvedAt', '<', secondsAgo(afterSeconds))
    .execute();
  return await queueDispatch(
    em,
    ...decisions.map(({ id, intentId }) => ({
      kind: 'signal_intent' as const,
      subjectId: intentId,
      dedupeKey: `reconcile:review:${id}`,
      data: { signal: 'reviewResolved' },
    })),
  );
};
