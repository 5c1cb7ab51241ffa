// Webhooks and e-mails that wait longer than they should, for the reconciler: their workflow may be missing, or run without knowing them.
import type { IntentId, OrderRef } from '#domain/ids.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { statement } from '../sql.ts';
import { queueDispatch } from './outbox.ts';

/** A delivery that waits, and the order whose workflow carries it; null: it has a workflow of its own. */
export interface WaitingDelivery {
  id: string;
  order: OrderRef | null;
  /** Since when nothing has happened to it although it was its turn, in seconds since 1970. */
  since: number;
}

/** A position in a queue of what waits. */
export interface WaitingCursor {
  id: string;
  /** As Postgres writes it, to the microsecond. */
  at: string;
}

/** What waits, and the cursor after it; null: the next page is the first one again. */
export interface WaitingPage {
  waiting: WaitingDelivery[];
  next: WaitingCursor | null;
}

interface Row extends WaitingCursor {
  intent_id: IntentId | null;
  order_id: string | null;
  own_workflow: boolean;
  since: number;
}

interface PageOf {
  minAgeSeconds: number;
  afterAt: string | null;
  afterId: string | null;
  limit: number;
}

/** @param at expression: by what the queue is ordered @param since expression: since when nothing has happened */
const waitingIn = (table: string, at: string, since: string) =>
  statement<PageOf>(
    `waiting-${table}`,
    `
  select w.id, w.intent_id, i.order_id, w.own_workflow, (${at})::text as at, extract(epoch from ${since})::float8 as since
  from ${table} w left join checkout_intent i on i.id = w.intent_id
  where w.state = 'pending' and ${at} < now() - make_interval(secs => :minAgeSeconds)
    and (:afterAt::timestamptz is null or (${at}, w.id) > (:afterAt::timestamptz, :afterId::text))
  order by ${at}, w.id limit :limit`,
  );

const DUE_AT = 'coalesce(w.next_attempt_at, w.created_at)';
/** The longest pause between two attempts at an e-mail is two hours. */
const EMAIL_SINCE = `case when w.attempts = 0 then w.created_at else w.updated_at + interval '3 hours' end`;

const QUEUES = {
  /** To stores' webhook URLs: the longest overdue first. */
  webhooks: waitingIn('webhook_event', DUE_AT, DUE_AT),
  /** To webhook endpoints, likewise. */
  endpoints: waitingIn('endpoint_delivery', DUE_AT, DUE_AT),
  /** The oldest first: when an attempt is due is not stored. */
  emails: waitingIn('email_message', 'w.created_at', EMAIL_SINCE),
};
export type WaitingQueue = keyof typeof QUEUES;

/** A page of deliveries that were due `minAgeSeconds` ago or earlier. */
export const readWaiting = async (
  em: Em,
  queue: WaitingQueue,
  after: WaitingCursor | null,
  limit: number,
  minAgeSeconds: number,
): Promise<WaitingPage> => {
  const page = { minAgeSeconds, afterAt: after?.at ?? null, afterId: after?.id ?? null, limit };
  const { rows } = await sqlOf({ em }).query<Row>(QUEUES[queue](page));
  const last = rows.at(-1);
  return {
    waiting: rows.map(({ id, intent_id, order_id, own_workflow, since }) => ({
      id,
      order: own_workflow || intent_id === null ? null : { id: intent_id, orderId: order_id, oneWorkflow: true },
      since,
    })),
    next: last && rows.length === limit ? { id: last.id, at: last.at } : null,
  };
};

/**
 * Wakes the workflows of orders with deliveries that are stuck for `afterSeconds` although their workflow runs: it does not know them,
 * because a Temporal that was restored from a backup lost their signal. A workflow that knows them reads once more, and starts nothing
 * twice. While they stay stuck, the pauses between signals double. @returns how many signals are new
 */
export const requeueStuckDeliveries = (
  entityManager: Em,
  deliveries: readonly WaitingDelivery[],
  afterSeconds: number,
): Promise<number> => {
  const now = Date.now() / 1_000;
  const stuck = new Map<string, number>();
  for (const { order, since } of deliveries) {
    // Of an order's deliveries the youngest that is stuck: its signal comes first, and covers all.
    if (order && now - since >= afterSeconds) stuck.set(order.id, Math.max(since, stuck.get(order.id) ?? since));
  }
  return queueDispatch(
    entityManager.fork(),
    ...[...stuck].map(([subjectId, since]) => ({
      kind: 'signal_intent' as const,
      subjectId,
      dedupeKey: `reconcile:stuck:${subjectId}:${since}:${Math.floor(Math.log2((now - since) / afterSeconds))}`,
      data: { signal: 'deliveriesDue' },
    })),
  );
};
