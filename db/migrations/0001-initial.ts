import { Migration } from '@mikro-orm/migrations';

export class Migration0001Initial extends Migration {
  override name = 'Migration0001Initial';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "api_nonce" ("api_key_id" text not null, "nonce" text not null, "expires_at" timestamptz not null, primary key ("api_key_id", "nonce"));`,
    );
    this.addSql(`create index "api_nonce_expires_index" on "api_nonce" ("expires_at");`);

    this.addSql(
      `create table "chain_block" ("chain_id" int not null, "number" bigint not null, "hash" text not null, "parent_hash" text not null, "time" timestamptz not null, primary key ("chain_id", "number"));`,
    );

    this.addSql(
      `create table "chain_cursor" ("chain_id" int not null, "block_number" bigint not null, "block_hash" text not null, "block_time" timestamptz not null, "final_block_number" bigint not null, "head_number" bigint not null, "head_seen_at" timestamptz not null, "lease_token" bigint not null default '0', "lease_owner" text null, "lease_until" timestamptz null, "trouble" text null, "updated_at" timestamptz not null default now(), primary key ("chain_id"));`,
    );

    this.addSql(
      `create table "dispatch" ("id" bigserial primary key, "kind" text not null, "subject_id" text not null, "dedupe_key" text not null, "data" jsonb not null, "attempts" int not null default 0, "last_error" text null, "available_at" timestamptz not null default now(), "created_at" timestamptz not null default now(), "done_at" timestamptz null);`,
    );
    this.addSql(`alter table "dispatch" add constraint "dispatch_dedupe_key_unique" unique ("dedupe_key");`);
    this.addSql(`create index "dispatch_pending_index" on "dispatch" ("available_at", "id") where done_at is null;`);
    this.addSql(`create index "dispatch_done_index" on "dispatch" ("done_at") where done_at is not null;`);

    this.addSql(
      `create table "fiat_rate" ("currency" smallint primary key, "rate_e10" numeric(78,0) not null, "source" text not null, "fetched_at" timestamptz not null);`,
    );

    this.addSql(
      `create table "idempotency_key" ("store_id" text not null, "key" text not null, "body_sha256" text not null, "intent_id" text not null, "created_at" timestamptz not null default now(), primary key ("store_id", "key"));`,
    );

    this.addSql(
      `create table "merchant" ("id" text not null, "name" text not null, "email" text not null, "status" text not null, "created_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(`alter table "merchant" add constraint "merchant_email_unique" unique ("email");`);

    this.addSql(
      `create table "relayer_tx" ("id" bigserial primary key, "chain_id" int not null, "relayer" text not null, "nonce" bigint not null, "attempt" int not null, "raw_tx" text not null, "tx_hash" text not null, "max_fee_per_gas" numeric(78,0) not null, "state" text not null, "block_number" bigint null, "created_at" timestamptz not null default now(), "sent_at" timestamptz null, "mined_at" timestamptz null, "last_error" text null);`,
    );
    this.addSql(`alter table "relayer_tx" add constraint "relayer_tx_tx_hash_unique" unique ("tx_hash");`);
    this.addSql(
      `create index "relayer_tx_pending_index" on "relayer_tx" ("chain_id", "nonce") where state in ('signed', 'sent');`,
    );
    this.addSql(
      `alter table "relayer_tx" add constraint "relayer_tx_nonce_unique" unique ("chain_id", "relayer", "nonce", "attempt");`,
    );

    this.addSql(
      `create table "store" ("id" text not null, "merchant_id" text not null, "name" text not null, "logo_url" text null, "support_contact" text null, "status" text not null, "receiver" text null, "fee_bps" int not null, "min_fee_units" numeric(78,0) not null, "webhook_url" text null, "webhook_disabled_at" timestamptz null, "tolerance_bps" int not null default 50, "checkout_ttl_seconds" int not null default 1800, "extension_seconds" int not null default 1800, "replay_window_seconds" int not null default 600, "signs_responses" boolean not null default false, "accepted_chain_ids" int[] null, "minimum_confirmations" jsonb null, "locale" text not null default 'en', "time_zone" text not null default 'UTC', "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));`,
    );

    this.addSql(
      `create table "api_key" ("id" text not null, "store_id" text not null, "name" text not null, "sealed_secret" text not null, "ip_allowlist" text[] not null default '{}', "created_at" timestamptz not null default now(), "revoked_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "api_key_store_index" on "api_key" ("store_id", "created_at");`);

    this.addSql(
      `create table "checkout_intent" ("id" text not null, "store_id" text not null, "api_key_id" text not null, "status" smallint not null, "currency" smallint null, "stable_coin" smallint not null, "amount_cents" bigint not null, "amount_units" numeric(78,0) not null, "rate_e10" numeric(78,0) null, "accepted_stable_coins" smallint[] not null, "accepted_chain_ids" int[] not null, "tolerance_bps" int not null, "order_id" text null, "order_description" text null, "user_id" text null, "user_name" text null, "redirect_url" text null, "extra" json null, "factory" text not null, "receiver" text not null, "fee_receiver" text not null, "fee_rate_e9" numeric(78,0) not null, "deposit_address" text not null, "payment_method_type" smallint not null default 0, "expires_at" timestamptz not null, "extension_seconds" int not null default 1800, "extended_at" timestamptz null, "confirmed_at" timestamptz null, "paid_chain_id" int null, "paid_coin" smallint null, "paid_token" text null, "tx_hash" text null, "tx_from" text null, "tx_to" text null, "actual_paid_units" numeric(78,0) null, "service_fee_units" numeric(78,0) null, "net_income_units" numeric(78,0) null, "surplus_units" numeric(78,0) null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`create index "intent_store_index" on "checkout_intent" ("store_id", "id");`);
    this.addSql(`create index "intent_store_status_index" on "checkout_intent" ("store_id", "status", "id");`);
    this.addSql(`create index "intent_store_order_index" on "checkout_intent" ("store_id", "order_id");`);
    this.addSql(`create index "intent_tx_hash_index" on "checkout_intent" ("tx_hash");`);
    this.addSql(`create index "intent_open_index" on "checkout_intent" ("id") where status in (1, 2, 3, 4, 5, 10);`);
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_deposit_address_unique" unique ("deposit_address");`,
    );

    this.addSql(
      `create table "settlement" ("id" bigserial primary key, "intent_id" text not null, "chain_id" int not null, "token" text not null, "state" text not null, "relayer_nonce" bigint null, "attempts" int not null default 0, "available_at" timestamptz not null default now(), "net_base_units" numeric(78,0) null, "fee_base_units" numeric(78,0) null, "tx_hash" text null, "log_index" int null, "settled_at" timestamptz null, "last_error" text null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(
      `create unique index "settlement_open_unique" on "settlement" ("intent_id", "chain_id", "token") where state in ('pending', 'sending');`,
    );
    this.addSql(
      `create index "settlement_pending_index" on "settlement" ("chain_id", "available_at") where state in ('pending', 'sending');`,
    );
    this.addSql(
      `create unique index "settlement_log_unique" on "settlement" ("chain_id", "tx_hash", "log_index") where tx_hash is not null;`,
    );
    this.addSql(`create index "settlement_intent_index" on "settlement" ("intent_id");`);

    this.addSql(
      `create table "timeline_event" ("id" bigserial primary key, "intent_id" text not null, "kind" text not null, "status_from" smallint null, "status_to" smallint null, "data" jsonb not null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "timeline_intent_index" on "timeline_event" ("intent_id", "id");`);

    this.addSql(
      `create table "token_transfer" ("id" bigserial primary key, "chain_id" int not null, "block_number" bigint not null, "block_hash" text not null, "block_time" timestamptz not null, "tx_hash" text not null, "log_index" int not null, "token" text not null, "coin" smallint not null, "from_address" text not null, "to_address" text not null, "amount_base_units" numeric(78,0) not null, "amount_units" numeric(78,0) not null, "intent_id" text not null, "state" text not null, "in_payment" boolean not null default false, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "transfer_intent_index" on "token_transfer" ("intent_id");`);
    this.addSql(`create index "transfer_tx_index" on "token_transfer" ("tx_hash");`);
    this.addSql(
      `create index "transfer_seen_index" on "token_transfer" ("chain_id", "block_number") where state = 'seen';`,
    );
    this.addSql(`create index "transfer_block_index" on "token_transfer" ("chain_id", "block_number");`);
    this.addSql(
      `alter table "token_transfer" add constraint "transfer_log_unique" unique ("chain_id", "block_hash", "tx_hash", "log_index");`,
    );

    this.addSql(
      `create table "review_item" ("id" bigserial primary key, "intent_id" text not null, "transfer_id" bigint not null, "kind" text not null, "state" text not null default 'open', "found" jsonb not null, "resolution" text null, "resolved_by" text null, "resolved_at" timestamptz null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "review_open_index" on "review_item" ("state", "created_at");`);
    this.addSql(
      `alter table "review_item" add constraint "review_unique" unique ("intent_id", "kind", "transfer_id");`,
    );

    this.addSql(
      `create table "webhook_event" ("id" text not null, "transaction_id" text not null, "store_id" text not null, "intent_id" text not null, "event_type" text not null, "body" text not null, "state" text not null, "created_at" timestamptz not null default now(), "delivered_at" timestamptz null, "next_attempt_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_transaction_id_unique" unique ("transaction_id");`,
    );
    this.addSql(`create index "webhook_store_index" on "webhook_event" ("store_id", "created_at");`);
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_intent_event_unique" unique ("intent_id", "event_type");`,
    );

    this.addSql(
      `create table "webhook_attempt" ("id" bigserial primary key, "event_id" text not null, "attempt_key" text not null, "url" text not null, "started_at" timestamptz not null, "duration_ms" int not null, "response_status" int null, "response_excerpt" text null, "error" text null, "request_headers" jsonb not null);`,
    );
    this.addSql(
      `alter table "webhook_attempt" add constraint "webhook_attempt_unique" unique ("event_id", "attempt_key");`,
    );

    this.addSql(
      `alter table "dispatch" add constraint "dispatch_kind_check" check (kind in ('start_intent', 'signal_intent', 'start_webhook'));`,
    );

    this.addSql(`alter table "fiat_rate" add constraint "fiat_rate_check" check (rate_e10 > 0);`);

    this.addSql(
      `alter table "merchant" add constraint "merchant_status_check" check (status in ('applied', 'active', 'suspended'));`,
    );

    this.addSql(
      `alter table "relayer_tx" add constraint "relayer_tx_state_check" check (state in ('signed', 'sent', 'mined', 'failed', 'replaced'));`,
    );

    this.addSql(
      `alter table "store" add constraint "store_merchant_id_foreign" foreign key ("merchant_id") references "merchant" ("id");`,
    );
    this.addSql(
      `alter table "store" add constraint "store_status_check" check (status in ('applied', 'active', 'suspended'));`,
    );
    this.addSql(`alter table "store" add constraint "store_receiver_check" check (receiver ~ '^0x[0-9a-fA-F]{40}$');`);
    this.addSql(
      `alter table "store" add constraint "store_fee_check" check (fee_bps between 0 and 10000 and min_fee_units >= 0);`,
    );
    this.addSql(`alter table "store" add constraint "store_tolerance_check" check (tolerance_bps between 0 and 1000);`);
    this.addSql(
      `alter table "store" add constraint "store_ttl_check" check (checkout_ttl_seconds between 60 and 604800);`,
    );
    this.addSql(
      `alter table "store" add constraint "store_extension_check" check (extension_seconds between 0 and 604800);`,
    );
    this.addSql(
      `alter table "store" add constraint "store_replay_window_check" check (replay_window_seconds between 1 and 600);`,
    );

    this.addSql(
      `alter table "api_key" add constraint "api_key_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );

    this.addSql(
      `alter table "checkout_intent" add constraint "checkout_intent_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "checkout_intent_api_key_id_foreign" foreign key ("api_key_id") references "api_key" ("id");`,
    );
    this.addSql(`alter table "checkout_intent" add constraint "intent_id_check" check (id ~ '^[0-9a-f]{24}$');`);
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_status_check" check (status in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10, 20));`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_amount_check" check (amount_cents > 0 and amount_units > 0);`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_pricing_check" check ((currency is null) = (rate_e10 is null));`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_fee_rate_check" check (fee_rate_e9 between 0 and 1000000000);`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_extension_check" check (extension_seconds between 0 and 604800);`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_method_check" check (payment_method_type between 0 and 3);`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_coins_check" check (cardinality(accepted_stable_coins) > 0 and cardinality(accepted_chain_ids) > 0);`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_confirmed_check" check (status <> 20 or (confirmed_at is not null and tx_hash is not null and paid_chain_id is not null and paid_token is not null and actual_paid_units is not null));`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_split_check" check (actual_paid_units is null or actual_paid_units = service_fee_units + net_income_units);`,
    );

    this.addSql(
      `alter table "settlement" add constraint "settlement_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "settlement" add constraint "settlement_state_check" check (state in ('pending', 'sending', 'settled', 'failed'));`,
    );
    this.addSql(
      `alter table "settlement" add constraint "settlement_settled_check" check (state <> 'settled' or (net_base_units is not null and fee_base_units is not null and settled_at is not null));`,
    );

    this.addSql(
      `alter table "timeline_event" add constraint "timeline_event_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "timeline_event" add constraint "timeline_status_check" check ((kind in ('status', 'created')) = (status_to is not null));`,
    );

    this.addSql(
      `alter table "token_transfer" add constraint "token_transfer_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "token_transfer" add constraint "transfer_state_check" check (state in ('seen', 'confirmed', 'orphaned'));`,
    );
    this.addSql(
      `alter table "token_transfer" add constraint "transfer_amount_check" check (amount_base_units > 0 and amount_units > 0);`,
    );

    this.addSql(
      `alter table "review_item" add constraint "review_item_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "review_item" add constraint "review_item_transfer_id_foreign" foreign key ("transfer_id") references "token_transfer" ("id");`,
    );
    this.addSql(
      `alter table "review_item" add constraint "review_kind_check" check (kind in ('late', 'underpaid', 'wrong_coin', 'wrong_chain', 'second_payment', 'reorg_after_confirmed'));`,
    );
    this.addSql(
      `alter table "review_item" add constraint "review_state_check" check (state in ('open', 'resolved') and (state = 'resolved') = (resolved_at is not null));`,
    );

    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_state_check" check (state in ('pending', 'delivered', 'failed', 'disabled'));`,
    );

    this.addSql(
      `alter table "webhook_attempt" add constraint "webhook_attempt_event_id_foreign" foreign key ("event_id") references "webhook_event" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "store" drop constraint "store_merchant_id_foreign";`);
    this.addSql(`alter table "api_key" drop constraint "api_key_store_id_foreign";`);
    this.addSql(`alter table "checkout_intent" drop constraint "checkout_intent_store_id_foreign";`);
    this.addSql(`alter table "webhook_event" drop constraint "webhook_event_store_id_foreign";`);
    this.addSql(`alter table "checkout_intent" drop constraint "checkout_intent_api_key_id_foreign";`);
    this.addSql(`alter table "settlement" drop constraint "settlement_intent_id_foreign";`);
    this.addSql(`alter table "timeline_event" drop constraint "timeline_event_intent_id_foreign";`);
    this.addSql(`alter table "token_transfer" drop constraint "token_transfer_intent_id_foreign";`);
    this.addSql(`alter table "review_item" drop constraint "review_item_intent_id_foreign";`);
    this.addSql(`alter table "webhook_event" drop constraint "webhook_event_intent_id_foreign";`);
    this.addSql(`alter table "review_item" drop constraint "review_item_transfer_id_foreign";`);
    this.addSql(`alter table "webhook_attempt" drop constraint "webhook_attempt_event_id_foreign";`);

    this.addSql(`drop table if exists "api_nonce" cascade;`);
    this.addSql(`drop table if exists "chain_block" cascade;`);
    this.addSql(`drop table if exists "chain_cursor" cascade;`);
    this.addSql(`drop table if exists "dispatch" cascade;`);
    this.addSql(`drop table if exists "fiat_rate" cascade;`);
    this.addSql(`drop table if exists "idempotency_key" cascade;`);
    this.addSql(`drop table if exists "merchant" cascade;`);
    this.addSql(`drop table if exists "relayer_tx" cascade;`);
    this.addSql(`drop table if exists "store" cascade;`);
    this.addSql(`drop table if exists "api_key" cascade;`);
    this.addSql(`drop table if exists "checkout_intent" cascade;`);
    this.addSql(`drop table if exists "settlement" cascade;`);
    this.addSql(`drop table if exists "timeline_event" cascade;`);
    this.addSql(`drop table if exists "token_transfer" cascade;`);
    this.addSql(`drop table if exists "review_item" cascade;`);
    this.addSql(`drop table if exists "webhook_event" cascade;`);
    this.addSql(`drop table if exists "webhook_attempt" cascade;`);
  }
}
