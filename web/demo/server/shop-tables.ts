// The demo shop's tables, in a schema of their own: it plays another company, which knows payments only from the API and webhooks.
// The preparation of a local system creates them: the web process may not create tables.
import pg from 'pg';

/** Any number that no other lock in this database uses. */
const SCHEMA_LOCK = 7_204_912;

const TABLES = `
create schema if not exists demo;
create table if not exists demo.shop_order (
  id text primary key,
  lines jsonb not null,
  total_cents integer not null check (total_cents > 0),
  state text not null default 'awaiting_payment' check (state in ('awaiting_payment', 'paid')),
  checkout_url text,
  intent_id text unique,
  paid_coins text,
  paid_coin text,
  paid_chain_id integer,
  paid_tx_hash text,
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  check ((state = 'paid') = (paid_at is not null))
);
create table if not exists demo.webhook_seen (
  transaction_id text primary key,
  order_id text not null references demo.shop_order,
  seen_at timestamptz not null default now()
);
create table if not exists demo.webhook_nonce (
  nonce text primary key,
  seen_at timestamptz not null default now()
);
create table if not exists demo.webhook_log (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  webhook_id text,
  order_id text,
  signature_check text not null,
  outcome text not null,
  answered integer not null,
  body text not null
);
create index if not exists webhook_log_order_index on demo.webhook_log (order_id, id);
`;

/** Creates missing tables. Safe to run in several processes at once. */
export const createShopTables = async (ownerUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    await client.query(TABLES);
    await client.query('commit');
  } finally {
    await client.end();
  }
};
