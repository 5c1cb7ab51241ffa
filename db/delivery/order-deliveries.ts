// What an order's workflow delivers: the webhook events and e-mails of its intent that wait and have no workflow of their own
// (decision 0068). Read by the activities that write the order's rows, so that a crash between write and read loses nothing.
import type { DueDelivery, OrderDue } from '#domain/due-deliveries.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

interface Row {
  webhooks: (Omit<Extract<DueDelivery, { kind: 'webhook' }>, 'host'> & { url: string | null })[] | null;
  emails: Extract<DueDelivery, { kind: 'email' }>[] | null;
  /** Something else is due now. */
  has_more: boolean;
  needs_person: boolean;
}

/**
 * At most `DUE_AT_ONCE` webhooks and as many e-mails. When more is due now, it queues a signal for the next reading; the reconciler
 * wakes the order for what comes due later.
 */
export const readOrderDue = async (em: Em, intentId: IntentId): Promise<OrderDue> => {
  const sql = sqlOf({ em });
  const { rows } = await sql.query<Row>({ name: 'order-due', text: DUE, values: [intentId] });
  const [row] = rows;
  if (row?.has_more) await sql.query({ name: 'order-due-rest', text: WAKE_FOR_REST, values: [intentId] });
  const webhooks = (row?.webhooks ?? []).map(({ url, ...event }) => ({
    ...event,
    host: url === null ? null : hostOf(url),
  }));
  return { due: [...webhooks, ...(row?.emails ?? [])], needsPerson: row?.needs_person ?? false };
};

const hostOf = (url: string): string | null => URL.parse(url)?.host ?? null;

/** Of each kind in one reading: a reading travels as one result of an activity, and the workflow starts a branch for each. */
export const DUE_AT_ONCE = 100;
/** The pause before the rest is read. */
const REST_AFTER_SECONDS = 20;

// What the store's webhook URL gets (payments, refunds) comes first. Endpoints take turns, so that one that is down holds up no other.
// What pauses until its next attempt comes last: what is in flight or in a pause has a branch, and must not stand before what has none.
const DUE = `
  with waits as (
    select e.id, e.event_type, s.webhook_url as url, e.created_at, coalesce(e.next_attempt_at, e.created_at) as due_at, null as endpoint_id
      from webhook_event e join store s on s.id = e.store_id
      where e.intent_id = $1 and e.state = 'pending' and not e.own_workflow
    union all
    select p.id, e.event_type, w.url, p.created_at, coalesce(p.next_attempt_at, p.created_at), p.endpoint_id
      from endpoint_delivery p join order_event e on e.id = p.event_id join webhook_endpoint w on w.id = p.endpoint_id
      where p.intent_id = $1 and p.state = 'pending' and not p.own_workflow),
  ranked as (
    select *, due_at > now() as pauses, row_number() over (partition by endpoint_id, due_at > now() order by due_at, id) as turn from waits),
  chosen as (
    select * from ranked order by endpoint_id is not null, pauses, turn, due_at, id limit ${DUE_AT_ONCE}),
  emails as (
    select m.id, m.kind, m.created_at from email_message m where m.intent_id = $1 and m.state = 'pending' and not m.own_workflow
    order by m.created_at, m.id limit ${DUE_AT_ONCE + 1}),
  chosen_emails as (select * from emails order by created_at, id limit ${DUE_AT_ONCE})
  select
    (select json_agg(json_build_object('kind', 'webhook', 'id', id, 'eventType', event_type, 'url', url) order by created_at, id)
      from chosen) as webhooks,
    (select json_agg(json_build_object('kind', 'email', 'id', id, 'emailKind', kind) order by created_at, id)
      from chosen_emails) as emails,
    (select count(*) from ranked where not pauses) > (select count(*) from chosen where not pauses)
      or (select count(*) from emails) > ${DUE_AT_ONCE} as has_more,
    exists (select from review_item r where r.intent_id = $1 and r.state = 'open') as needs_person`;

// One row for each span of that length. It becomes available after its span has ended, so a reading in the span comes before the signal.
const WAKE_FOR_REST = `
  insert into dispatch (kind, subject_id, dedupe_key, data, available_at)
  values ('signal_intent', $1, 'rest:' || $1 || ':' || floor(extract(epoch from now()) / ${REST_AFTER_SECONDS}),
    jsonb_build_object('signal', 'deliveriesDue'), now() + make_interval(secs => ${REST_AFTER_SECONDS}))
  on conflict (dedupe_key) do nothing`;
