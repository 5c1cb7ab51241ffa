// Fills an empty database with millions of orders as an import would: rows in the order of their ids, and then the indexes. Each order takes a
// fraction of the time that it takes one by one, and what is in the database afterwards is the same.
import type { Client } from 'pg';
import { fillStore } from '#scripts/lib/seed-store.ts';

/** The tables that seeded orders fill. */
const TABLES = [
  ...['checkout_intent', 'order_search', 'booking', 'token_transfer', 'timeline_event', 'settlement', 'review_item'],
];
/** They write what every order has; the others check what a seeded order is by construction, or look for its rows in other tables. */
const NEEDED_TRIGGERS = ['intent_contract_id_default', 'order_search_insert'];

/** Primary keys stay, and indexes by order: the rows of an order are found by it while they are written. */
const LATER = `
  select i.indexname as name, i.indexdef as definition from pg_indexes i
  where i.schemaname = 'public' and i.tablename = any($1) and i.indexdef !~ 'USING btree \\(intent_id(\\)|, id\\)$)'
    and not exists (select 1 from pg_constraint c where c.conname = i.indexname)
  order by pg_relation_size(i.tablename::regclass), i.indexname`;

export interface BulkFill {
  storeId: string;
  orders: number;
  withoutTimelines: boolean;
  onProgress(done: number): void;
  say(line: string): void;
}

/**
 * @param client a connection of a superuser, which may leave out triggers and foreign keys
 * @param helper a second one
 */
export const bulkFill = async (client: Client, helper: Client, fill: BulkFill): Promise<void> => {
  const indexes = (await client.query<{ name: string; definition: string }>(LATER, [TABLES])).rows;
  const triggers = async (how: 'enable always' | 'enable'): Promise<void> => {
    for (const name of NEEDED_TRIGGERS) await client.query(`alter table checkout_intent ${how} trigger ${name}`);
  };
  await client.query(`alter system set autovacuum = off`);
  await client.query(`alter system set max_wal_size = '2GB'`);
  await client.query('select pg_reload_conf()');
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await triggers('enable always');
  for (const one of [client, helper]) await one.query('set session_replication_role = replica');
  const { storeId, orders, onProgress, withoutTimelines } = fill;
  await fillStore(client, storeId, orders, { onProgress, withoutTimelines, helpers: [helper], isNew: true });
  for (const one of [client, helper]) await one.query('reset session_replication_role');
  await triggers('enable');
  await client.query(`set maintenance_work_mem = '1GB'`);
  for (const { name, definition } of indexes) {
    fill.say(`bench: index ${name}`);
    await client.query(definition);
  }
  await client.query('reset maintenance_work_mem');
  for (const setting of ['autovacuum', 'max_wal_size']) await client.query(`alter system reset ${setting}`);
  await client.query('select pg_reload_conf()');
};
