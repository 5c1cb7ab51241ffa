// Numbers the events of a store, so that a reader who asks for what came after a number misses none. A number that a writer took
// would not do: of two transactions the one with the higher number may commit first, and a reader in between would pass the lower one.
// So an event gets its number after its commit, when the first reader comes: under a lock of the store's row in `event_sequence`, whose
// holder sees every number that was given before. Numbers are committed in their order, without gaps.
import type { Em } from '../orm.ts';
import { inTransaction, type Sql } from '../pool.ts';
import { noteLife } from '../restores/database-life.ts';

/** Events of one transaction. */
const BATCH = 1_000;

const LOCK = {
  name: 'event-sequence-lock',
  text: 'select last::text as last from event_sequence where store_id = $1 for update',
};

const NUMBER = {
  name: 'event-number',
  // The lock is held already, so this statement sees what its last holder has written.
  text: `with next as (
      select id, row_number() over (order by position) as n
      from (select id, position from order_event where store_id = $1 and sequence is null order by position limit ${BATCH}) as due),
    numbered as (
      update order_event e set sequence = $2::bigint + next.n from next where e.id = next.id returning e.id),
    counted as (select count(*)::int as count from numbered)
    update event_sequence set last = last + counted.count from counted where store_id = $1 returning counted.count`,
};

const numberBatch = (em: Em, storeId: string): Promise<{ count: number; last: bigint }> =>
  inTransaction(em.fork(), async (sql) => {
    await sql.query({
      name: 'event-sequence-start',
      text: 'insert into event_sequence (store_id) values ($1) on conflict do nothing',
      values: [storeId],
    });
    const { rows: locked } = await sql.query<{ last: string }>({ ...LOCK, values: [storeId] });
    const before = locked[0]?.last ?? '0';
    const { rows } = await sql.query<{ count: number }>({ ...NUMBER, values: [storeId, before] });
    const count = rows[0]?.count ?? 0;
    return { count, last: BigInt(before) + BigInt(count) };
  });

/** Numbers what waits: all of it, or enough for the events up to `upTo`. */
export const numberEvents = async (sql: Sql, em: Em, storeId: string, upTo: bigint): Promise<void> => {
  const { rows } = await sql.query<{ waits: boolean }>({
    name: 'event-unnumbered',
    text: 'select exists (select from order_event where store_id = $1 and sequence is null) as waits',
    values: [storeId],
  });
  if (!rows[0]?.waits) return;
  // A database that was restored from a backup has forgotten numbers that it gave.
  await noteLife(em);
  for (;;) {
    const { count, last } = await numberBatch(em, storeId);
    if (count < BATCH || last >= upTo) return;
  }
};
