// Erases what an order says about its shopper, in every table. Amounts, transfers, addresses on chains, statuses and times are the
// ledger: they stay, and every figure stays the same.
import type { Sql } from '../pool.ts';
import { ERASED, erasedSet, OF_INVOICE, OF_ORDER } from './erased-columns.ts';

/** Which orders: all of a range of ids (the start is exclusive), or the given ones. */
export type OrderSelection = { afterId: string; toId: string } | { ids: readonly string[] };

/** The id keeps recipients of one subject apart, as the unique index asks. */
export const ERASE_EMAILS = `update email_message set recipient = '${ERASED}:' || id, subject_line = null, html = null,
    plain_text = null, data = '{}', last_error = null, locale = default`;

/** Of invoices that are over: what is still to be paid needs its customer. */
export const ERASE_INVOICES = `update invoice set ${erasedSet(OF_INVOICE)}, erased_at = now()`;
export const INVOICE_IS_OVER = `status in ('paid', 'void') and erased_at is null`;

/** An event `e` waits for its delivery to an endpoint. */
const IS_AWAITED = `exists (select from endpoint_delivery d where d.event_id = e.id and d.state = 'pending')`;

/**
 * Empties what an erasure had to leave, at most `$1` orders: events that waited for a delivery, and those of transactions that had read
 * the order before its erasure and committed after it (none takes an hour). Later events of an erased order say nothing about its
 * shopper. Returns the orders that are done.
 */
export const ERASE_EVENTS_LATER = `
  with due as (
    select intent_id from event_erasure where erased_at < now() - interval '1 hour' order by erased_at limit $1 for update skip locked),
  emptied as (
    update order_event e set body = '' from due where e.intent_id = due.intent_id and e.body <> '' and not ${IS_AWAITED})
  delete from event_erasure x using due
  where x.intent_id = due.intent_id
    and not exists (select from order_event e where e.intent_id = x.intent_id and e.body <> '' and ${IS_AWAITED})
  returning x.intent_id`;

/** What an event of the timeline says about the shopper, or in words of a colleague, by its kind. */
const OF_PERSONS: Readonly<Record<string, string>> = {
  email: 'recipient',
  note: 'text',
  // An address that money went to stays in the ledger.
  refund_address: 'address',
  payer_denied: 'payer',
};

const ERASED_MEMBERS = Object.entries(OF_PERSONS)
  .map(([kind, member]) => `when kind = '${kind}' and data ? '${member}' then '{"${member}":"${ERASED}"}'::jsonb`)
  .join(' ');
const KINDS_OF_PERSONS = Object.keys(OF_PERSONS)
  .map((kind) => `'${kind}'`)
  .join(', ');

const STATEMENTS: readonly { name: string; of: (orders: string) => string }[] = [
  {
    name: 'timeline',
    of: (orders) => `update timeline_event e set data = data || case ${ERASED_MEMBERS} else '{}' end
      where e.intent_id in (${orders}) and e.kind in (${KINDS_OF_PERSONS})`,
  },
  {
    name: 'emails',
    of: (orders) => `${ERASE_EMAILS}
      where intent_id in (${orders}) and state <> 'pending'`,
  },
  {
    name: 'webhooks',
    of: (orders) => `update webhook_event set body = '' where intent_id in (${orders}) and state <> 'pending'`,
  },
  {
    name: 'events',
    of: (orders) => `update order_event e set body = '' where intent_id in (${orders}) and not ${IS_AWAITED}`,
  },
  {
    name: 'events-later',
    of: (orders) => `insert into event_erasure (intent_id) ${orders} on conflict do nothing`,
  },
  {
    name: 'attempts',
    of: (orders) => `update webhook_attempt set response_excerpt = null
      where event_id in (select id from webhook_event where intent_id in (${orders}))`,
  },
  {
    name: 'endpoint-attempts',
    of: (orders) => `update endpoint_attempt set response_excerpt = null
      where delivery_id in (select id from endpoint_delivery where intent_id in (${orders}))`,
  },
  { name: 'refund-addresses', of: (orders) => `delete from refund_address where intent_id in (${orders})` },
  { name: 'screened', of: (orders) => `delete from screened_payer where intent_id in (${orders})` },
];

const INTENTS = `update checkout_intent set ${erasedSet(OF_ORDER)}, erased_at = coalesce(erased_at, now())`;

/** Erases the orders, also what came after an erasure before. Call it in a transaction. @returns how many */
export const eraseOrders = async (sql: Sql, selection: OrderSelection): Promise<number> => {
  const byRange = 'afterId' in selection;
  const where = byRange ? 'id > $1 and id <= $2' : 'id = any($1::text[])';
  const values = byRange ? [selection.afterId, selection.toId] : [[...selection.ids]];
  const orders = `select id from checkout_intent where ${where}`;
  const name = (statement: string): string => `erase-${byRange ? 'range' : 'orders'}-${statement}`;
  for (const { name: statement, of } of STATEMENTS) {
    await sql.query({ name: name(statement), text: of(orders), values });
  }
  const { rows } = await sql.query<{ id: string }>({
    name: name('intents'),
    text: `${INTENTS} where ${where} returning id`,
    values,
  });
  return rows.length;
};
