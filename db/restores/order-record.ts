// What an order's workflow keeps of the order, so that it can come back when the database has lost it (decision 0094): all that pays it
// and settles it, and nothing about the shopper.
import { COLUMNS } from '../intents/intent-columns.ts';
import { OF_ORDER, personalColumns } from '../personal-data/erased-columns.ts';
import type { Sql } from '../pool.ts';

/** About the shopper, or only for the shopper's eyes; and what a restored order has anew. */
const LEFT_OUT = [...personalColumns(OF_ORDER), 'status', 'updated_at'];
const KEPT = COLUMNS.map(([name, type]) => ({ name, type })).filter(({ name }) => !LEFT_OUT.includes(name));
/** Exact as text only. */
const AS_TEXT = ['bigint', 'numeric', 'timestamptz'];

/** SQL: the record of the order `i`, JSON text. */
export const ORDER_RECORD = `jsonb_build_object(${KEPT.map(
  ({ name, type }) => `'${name}', i.${name}${AS_TEXT.includes(type) ? '::text' : ''}`,
).join(', ')})::text`;

export const RESTORED_NOTE =
  'This order came back from its workflow: the database was restored from a backup. What the shop sent about the shopper is missing.';

/** A key that the database has lost too gives way to the store's newest: an order of the API needs one. */
const KEY = `coalesce((select k.id from api_key k where k.id = input.api_key_id),
    case when input.source = 0 then (select k.id from api_key k where k.store_id = input.store_id
      order by k.revoked_at is not null, k.created_at desc limit 1) end)`;

const names = KEPT.map(({ name }) => name);
const RESTORE = {
  name: 'order-restore',
  text: `with input as materialized (
      select * from jsonb_to_recordset($1::jsonb) as r (${KEPT.map(({ name, type }) => `${name} ${type}`).join(', ')})),
    intent as (
      insert into checkout_intent (${names.join(', ')}, status, updated_at)
      select ${names.map((name) => (name === 'api_key_id' ? KEY : `input.${name}`)).join(', ')}, 1, now()
      from input join store s on s.id = input.store_id
      where input.source > 0 or exists (select from api_key k where k.store_id = input.store_id)
      on conflict do nothing returning id, status, created_at),
    created as (
      insert into timeline_event (intent_id, kind, status_to, data, created_at)
      select id, 'created', status, '{}', created_at from intent),
    noted as (
      insert into timeline_event (intent_id, kind, data)
      select id, 'note', jsonb_build_object('text', $2::text, 'by', 'AllScale Checkout') from intent)
    select id from intent`,
};

/**
 * Writes orders that the database does not have from what their workflows kept. Their starts are not queued: their workflows are woken.
 * @param records JSON texts; those whose store is lost too are left out
 * @returns the ids of those that came back
 */
export const restoreOrders = async (sql: Sql, records: readonly string[]): Promise<string[]> => {
  const { rows } = await sql.query<{ id: string }>({ ...RESTORE, values: [`[${records.join(',')}]`, RESTORED_NOTE] });
  return rows.map(({ id }) => id);
};

/** Which of these orders the database does not have. */
export const readUnknownOrders = async (sql: Sql, ids: readonly string[]): Promise<Set<string>> => {
  const { rows } = await sql.query<{ id: string }>({
    name: 'orders-unknown',
    text: 'select w.id from unnest($1::text[]) as w(id) where not exists (select from checkout_intent i where i.id = w.id)',
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
};

/** When the newest order was created; null: there is none. */
export const readNewestOrder = async (sql: Sql): Promise<Date | null> => {
  const { rows } = await sql.query<{ at: Date | null }>({
    name: 'order-newest',
    text: 'select max(created_at) as at from checkout_intent',
    values: [],
  });
  return rows[0]?.at ?? null;
};
