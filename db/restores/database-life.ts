// Which life of the database this is (decision 0094). A database that was restored from a backup has forgotten what happened since, and
// the world has not: Temporal, the chains, shops and shoppers know more than it does. Postgres tells of it itself, by another timeline
// (a restore to a point in time, a standby that took over) or another server (a dump).
import type { Em } from '../orm.ts';
import { inTransaction, type Sql, sqlOf } from '../pool.ts';

/** SQL: this life (migration 0053), by the server's id and its timeline. */
const THIS = 'present_life()';

/** Numbers that shops have seen, and that this database may not know it gave, are below this step. */
const NUMBER_STEP = 1_000_000;
/** The same for the ids of refunds, which stand in webhooks. */
const REFUND_STEP = 10_000;

interface Noted {
  isNew: boolean;
  earlier: number;
}

const NOTE = {
  name: 'life-note',
  text: `with earlier as materialized (select count(*)::int as lives from database_life),
    noted as (
      insert into database_life (id, rejoined_at, lost_since)
      select ${THIS}, case when lives = 0 then now() end,
        case when lives > 0 then coalesce($1, (select max(head_seen_at) from chain_cursor where lease_token > 0)) end
      from earlier
      on conflict (id) do nothing returning id)
    select exists (select from noted) as "isNew", lives as earlier from earlier`,
};

const SKIP_NUMBERS = {
  name: 'life-skip-numbers',
  text: `insert into event_sequence (store_id, last) select id, ${NUMBER_STEP} from store
    on conflict (store_id) do update set last = event_sequence.last + ${NUMBER_STEP}`,
  values: [],
};

const SKIP_REFUNDS = {
  name: 'life-skip-refunds',
  text: `select max(nextval(pg_get_serial_sequence('send_back', 'id'))) from generate_series(1, ${REFUND_STEP})`,
  values: [],
};

/**
 * Notes this life, once. When it is not the first one, numbers and ids that may have been given in the lost time are passed over, in the
 * same transaction: a shop that asks for events above the last number it saw misses none.
 * @param lostSince the moment that was restored; without it, when a watcher last heard of a chain: watchers wait until this is noted
 */
export const noteLife = async (em: Em, lostSince: Date | null = null): Promise<void> => {
  const { rows } = await sqlOf({ em }).query<{ known: boolean }>({
    name: 'life-known',
    text: `select exists (select from database_life where id = ${THIS}) as known`,
    values: [],
  });
  if (rows[0]?.known) return;
  await inTransaction(em.fork(), async (sql) => {
    const { rows: noted } = await sql.query<Noted>({ ...NOTE, values: [lostSince] });
    if (!noted[0]?.isNew || noted[0].earlier === 0) return;
    await sql.query(SKIP_NUMBERS);
    await sql.query(SKIP_REFUNDS);
  });
};

/** A life that nobody has rejoined yet, or null. */
export const readUnjoinedLife = async (em: Em): Promise<string | null> => {
  const { rows } = await sqlOf({ em }).query<{ id: string }>({
    name: 'life-unjoined',
    text: `select id from database_life where id = ${THIS} and rejoined_at is null`,
    values: [],
  });
  return rows[0]?.id ?? null;
};

export const markRejoined = async (
  em: Em,
  life: string,
  { restoredOrders, lostOrders }: { restoredOrders: number; lostOrders: number },
): Promise<void> => {
  await sqlOf({ em }).query({
    name: 'life-rejoined',
    text: 'update database_life set rejoined_at = now(), restored_orders = $2, lost_orders = $3 where id = $1',
    values: [life, restoredOrders, lostOrders],
  });
};

/** Money that left in the lost time is mined soon after, or never. */
const FOUND_WITHIN = '1 day';

export interface RecentRestore {
  noticedAt: Date;
  /** What happened since may be forgotten; null where nobody knows. */
  lostSince: Date | null;
  /** The orders that only their workflows knew are back. */
  isRejoined: boolean;
}

/** This life, if another one was before it and it was noticed less than a day ago; else null. */
export const readRecentRestore = async (em: Em): Promise<RecentRestore | null> => {
  const { rows } = await sqlOf({ em }).query<RecentRestore>({
    name: 'life-recent',
    text: `select l.noticed_at as "noticedAt", l.lost_since as "lostSince",
      l.rejoined_at is not null as "isRejoined" from database_life l
      where l.id = ${THIS} and l.noticed_at > now() - interval '${FOUND_WITHIN}'
      and exists (select from database_life o where o.id <> l.id)`,
    values: [],
  });
  return rows[0] ?? null;
};

/** Begins another life by hand: for a restore that Postgres does not tell of, as that of a copy of the disk. */
export const beginAnotherLife = async (em: Em): Promise<void> => {
  await sqlOf({ em }).query({
    name: 'life-another',
    text: `update database_life set id = id || '.' || extract(epoch from clock_timestamp()) where id = ${THIS}`,
    values: [],
  });
};

/** Watchers wait this long for the orders that come back, so that they read no block too early; then they go on without. */
const WATCHERS_WAIT_SECONDS = 300;

/** SQL: watchers may work. In a life that is not noted yet nobody knows, unless there was none before. */
export const MAY_WATCH = `(not exists (select from database_life) or exists (
  select from database_life where id = ${THIS}
    and (rejoined_at is not null or noticed_at < now() - make_interval(secs => ${WATCHERS_WAIT_SECONDS}))))`;

/** Wakes the workflow of every open order once, or starts it. @returns how many */
export const wakeOpenOrders = async (sql: Sql, life: string, statuses: readonly number[]): Promise<number> => {
  const { rows } = await sql.query<{ id: string }>({
    name: 'life-wake',
    text: `insert into dispatch (kind, subject_id, dedupe_key, data)
      select 'signal_intent', id, 'rejoin:' || $1::text || ':' || id, '{"signal":"deliveriesDue"}'
      from checkout_intent where status = any($2::smallint[]) on conflict (dedupe_key) do nothing returning subject_id as id`,
    values: [life, statuses],
  });
  return rows.length;
};
