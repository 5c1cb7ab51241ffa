// What an order's workflow delivers: the webhook events and e-mails of its intent that wait and have no workflow of their own
// (decision 0068). Read by the activities that write the order's rows, so that a crash between write and read loses nothing.
import type { DueDelivery, OrderDue } from '#domain/due-deliveries.ts';
import type { IntentId } from '#domain/ids.ts';
import type { Em } from '../orm.ts';
import { sqlOf } from '../pool.ts';

interface Row {
  webhooks: (Omit<Extract<DueDelivery, { kind: 'webhook' }>, 'host'> & { url: string | null })[] | null;
  emails: Extract<DueDelivery, { kind: 'email' }>[] | null;
  needs_person: boolean;
}

export const readOrderDue = async (em: Em, intentId: IntentId): Promise<OrderDue> => {
  const { rows } = await sqlOf({ em }).query<Row>({ name: 'order-due', text: DUE, values: [intentId] });
  const [row] = rows;
  const webhooks = (row?.webhooks ?? []).map(({ url, ...event }) => ({
    ...event,
    host: url === null ? null : hostOf(url),
  }));
  return { due: [...webhooks, ...(row?.emails ?? [])], needsPerson: row?.needs_person ?? false };
};

const hostOf = (url: string): string | null => URL.parse(url)?.host ?? null;

const DUE = `
  select
    (select json_agg(json_build_object('kind', 'webhook', 'id', d.id, 'eventType', d.event_type, 'url', d.url) order by d.created_at, d.id)
      from (
        select e.id, e.event_type, s.webhook_url as url, e.created_at from webhook_event e join store s on s.id = e.store_id
        where e.intent_id = $1 and e.state = 'pending' and not e.own_workflow
        union all
        select p.id, e.event_type, w.url, p.created_at from endpoint_delivery p join order_event e on e.id = p.event_id
          join webhook_endpoint w on w.id = p.endpoint_id
        where p.intent_id = $1 and p.state = 'pending' and not p.own_workflow) d) as webhooks,
    (select json_agg(json_build_object('kind', 'email', 'id', m.id, 'emailKind', m.kind) order by m.created_at, m.id)
      from email_message m where m.intent_id = $1 and m.state = 'pending' and not m.own_workflow) as emails,
    exists (select from review_item r where r.intent_id = $1 and r.state = 'open') as needs_person`;
