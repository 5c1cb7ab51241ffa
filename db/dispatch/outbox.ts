// The outbox: rows that the dispatcher turns into workflow starts and signals. Written in the transaction that causes them.
import { sql } from 'kysely';
import type { CoinId } from '#domain/coins.ts';
import type { IntentId, OrderRef } from '#domain/ids.ts';
import { type Units, unitsOf } from '#domain/money.ts';
import type { IntentStatus } from '#domain/status.ts';
import { EMAIL_COLUMNS, EMAIL_RETURNED, emailsQueued, NEW_EMAIL_ID, ORDER_RECIPIENTS } from '../delivery/email-sql.ts';
import type { DispatchKind } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';
import { ORDER_RECORD } from '../restores/order-record.ts';
import { msFromNow, notify } from '../sql.ts';

/** The channel on which new dispatch rows are announced. The dispatcher also polls, slowly. */
export const DISPATCH_CHANNEL = 'dispatch_added';

/** Work for the dispatcher. `dedupeKey` is its natural key: the same work is queued once. */
export interface NewDispatch {
  kind: DispatchKind;
  subjectId: string;
  dedupeKey: string;
  data: Record<string, unknown>;
}

/** Queues rows in the current transaction and announces them. @returns how many are new */
export const queueDispatch = async (em: Em, ...rows: readonly NewDispatch[]): Promise<number> => {
  if (rows.length === 0) return 0;
  const queued = await kyselyOf(em)
    .insertInto('Dispatch')
    .values([...rows])
    .onConflict((conflict) => conflict.column('dedupeKey').doNothing())
    .returning('id')
    .execute();
  if (queued.length > 0) await notify(em, DISPATCH_CHANNEL);
  return queued.length;
};

/** A row with what a workflow start needs of its subject, so that the dispatcher needs no further query. */
export interface ClaimedDispatch {
  id: string;
  kind: DispatchKind;
  subjectId: string;
  data: Record<string, unknown>;
  /** This one included. */
  attempts: number;
  storeId: string | null;
  intent: ClaimedIntent | null;
}

export interface ClaimedIntent extends OrderRef {
  status: IntentStatus;
  expiresAt: Date;
  amountUnits: Units;
  coin: CoinId;
  merchantId: string;
  /** The shop gets an e-mail about each new order. */
  mailsNewOrders: boolean;
  /** What the workflow keeps of the order, JSON text (db/restores/order-record.ts); null for a signal. */
  record: string | null;
}

interface ClaimedRow {
  id: string;
  kind: DispatchKind;
  subject_id: string;
  /** JSON. */
  data: string;
  attempts: number;
  store_id: string | null;
  status: IntentStatus;
  /** Null when there is no intent: the row is a webhook's or an e-mail's. */
  expires_at: Date | null;
  order_id: string | null;
  amount_units: string;
  stable_coin: CoinId;
  one_workflow: boolean;
  merchant_id: string;
  mails_new_orders: boolean;
  record: string | null;
}

/** How many rows the dispatcher can take in each lane. E-mails have their own, so that a thousand reports delay no payment. */
export interface DispatchRoom {
  urgent: number;
  emails: number;
}

/**
 * Takes rows that are due, the oldest of each lane first, and leases them for `leaseSeconds`. No other dispatcher sees them until
 * then; when this one dies they become due again. For the start of an intent it also writes the shop's order e-mail: here, because
 * many rows are claimed at once, a create does not wait for it, and the workflow finds it at its start. Orders older than a day get
 * no e-mail.
 */
export const claimDispatch = async (
  entityManager: Em,
  { urgent, emails }: DispatchRoom,
  leaseSeconds: number,
): Promise<ClaimedDispatch[]> => {
  const { rows } = await sqlOf({ em: entityManager }).query<ClaimedRow>({
    name: 'dispatch-claim',
    text: CLAIM,
    values: [leaseSeconds, urgent, emails],
  });
  return rows.map(toClaimed);
};

const dueIn = (lane: string, limit: string): string => `
    select id from dispatch where done_at is null and available_at <= now() and kind ${lane} 'start_email'
    order by available_at, id limit ${limit} for update skip locked`;

const CLAIM = `
  with urgent as (${dueIn('<>', '$2')}),
  emails as (${dueIn('=', '$3')}),
  claimed as (
    update dispatch set attempts = attempts + 1, available_at = now() + make_interval(secs => $1)
    where id in (select id from urgent union all select id from emails)
    returning id, kind, subject_id, data, attempts
  ),
  message as (
    insert into email_message (${EMAIL_COLUMNS})
    select ${NEW_EMAIL_ID}, 'order_created', i.id, r.recipient, s.id, i.id, s.locale, '{}', not i.one_workflow
    from claimed c join checkout_intent i on i.id = c.subject_id join store s on s.id = i.store_id
    cross join lateral ${ORDER_RECIPIENTS} r
    where c.kind = 'start_intent' and s.emails_order_created and i.created_at > now() - interval '1 day'
    on conflict (subject_id, kind, recipient) do nothing returning ${EMAIL_RETURNED}),
  mailed as (${emailsQueued('false')})
  select c.id::text, c.kind, c.subject_id, c.data::text, c.attempts, i.status, i.expires_at, i.order_id,
    i.amount_units::text, i.stable_coin, i.one_workflow, s.merchant_id, s.emails_order_created as mails_new_orders,
    case when c.kind = 'start_intent' then ${ORDER_RECORD} end as record,
    coalesce(i.store_id, e.store_id, m.store_id) as store_id
  from claimed c
  left join checkout_intent i on c.kind in ('start_intent', 'signal_intent') and i.id = c.subject_id
  left join store s on s.id = i.store_id
  left join webhook_event e on c.kind = 'start_webhook' and e.id = c.subject_id
  left join email_message m on c.kind = 'start_email' and m.id = c.subject_id
  order by c.id`;

const toClaimed = (row: ClaimedRow): ClaimedDispatch => ({
  id: row.id,
  kind: row.kind,
  subjectId: row.subject_id,
  data: JSON.parse(row.data) as Record<string, unknown>,
  attempts: row.attempts,
  storeId: row.store_id,
  intent:
    row.expires_at === null
      ? null
      : {
          id: row.subject_id as IntentId,
          orderId: row.order_id,
          oneWorkflow: row.one_workflow,
          status: row.status,
          expiresAt: row.expires_at,
          amountUnits: unitsOf(row.amount_units),
          coin: row.stable_coin,
          merchantId: row.merchant_id,
          mailsNewOrders: row.mails_new_orders,
          record: row.record,
        },
});

/** Marks rows that Temporal has. */
export const finishDispatch = async (entityManager: Em, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await sqlOf({ em: entityManager }).query({
    name: 'dispatch-finish',
    text: 'update dispatch set done_at = now(), last_error = null where id = any($1::bigint[])',
    values: [ids],
  });
};

/** Makes a row due again after a pause. Rows are retried without end. */
export const postponeDispatch = async (
  entityManager: Em,
  id: string,
  pauseSeconds: number,
  reason: string,
): Promise<void> => {
  await kyselyOf(entityManager.fork())
    .updateTable('Dispatch')
    .set({ availableAt: msFromNow(pauseSeconds * 1_000), lastError: reason })
    .where('id', '=', BigInt(id))
    .where('doneAt', 'is', null)
    .execute();
};

export interface DispatchBacklog {
  pending: number;
  /** Age of the oldest row that is not done, in seconds; 0 when there is none. */
  oldestSeconds: number;
}

export const readDispatchBacklog = async (entityManager: Em): Promise<DispatchBacklog> => {
  const row = await kyselyOf(entityManager.fork())
    .selectFrom('Dispatch')
    .select((eb) => [
      eb.fn.countAll<string>().as('pending'),
      sql<string>`coalesce(extract(epoch from now() - min(${sql.ref('createdAt')})), 0)`.as('oldest'),
    ])
    .where('doneAt', 'is', null)
    .executeTakeFirstOrThrow();
  return { pending: Number(row.pending), oldestSeconds: Number(row.oldest) };
};
