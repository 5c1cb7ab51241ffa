import { Migration } from '@mikro-orm/migrations';

export class Migration0007MerchantsAndDelivery extends Migration {
  override name = 'Migration0007MerchantsAndDelivery';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_entry" ("id" bigserial primary key, "at" timestamptz not null default clock_timestamp(), "actor_kind" text not null, "actor_id" text not null, "actor_email" text null, "action" text not null, "subject_kind" text not null, "subject_id" text not null, "merchant_id" text null, "store_id" text null, "reason" text null, "data" jsonb not null, "hash" text not null default '');`,
    );
    this.addSql(`create index "audit_merchant_index" on "audit_entry" ("merchant_id", "id");`);
    this.addSql(`create index "audit_subject_index" on "audit_entry" ("subject_kind", "subject_id", "id");`);

    this.addSql(
      `create table "fiat_rate_history" ("id" bigserial primary key, "currency" smallint not null, "rate_e10" numeric(78,0) not null, "source" text not null, "fetched_at" timestamptz not null);`,
    );
    this.addSql(`create index "fiat_rate_history_index" on "fiat_rate_history" ("currency", "fetched_at");`);

    this.addSql(
      `create table "member" ("merchant_id" text not null, "user_id" text not null, "email" text not null, "role" text not null, "created_at" timestamptz not null default now(), primary key ("merchant_id", "user_id"));`,
    );
    this.addSql(`create index "member_user_index" on "member" ("user_id");`);

    this.addSql(
      `create table "invitation" ("id" bigserial primary key, "merchant_id" text not null, "email" text not null, "role" text not null, "token_sha256" text not null, "invited_by" text not null, "created_at" timestamptz not null default now(), "expires_at" timestamptz not null, "accepted_at" timestamptz null, "revoked_at" timestamptz null);`,
    );
    this.addSql(`alter table "invitation" add constraint "invitation_token_sha256_unique" unique ("token_sha256");`);
    this.addSql(
      `create unique index "invitation_open_unique" on "invitation" ("merchant_id", lower("email")) where accepted_at is null and revoked_at is null;`,
    );

    this.addSql(
      `create table "request_log" ("id" bigserial primary key, "request_id" text not null, "store_id" text not null, "api_key_id" text not null, "at" timestamptz not null, "method" text not null, "path" text not null, "http_status" smallint not null, "code" int not null, "duration_ms" int not null, "client_address" text not null, "request_headers" jsonb not null, "request_body" text not null, "response_body" text not null);`,
    );
    this.addSql(`create index "request_log_store_index" on "request_log" ("store_id", "id");`);
    this.addSql(`create index "request_log_at_index" on "request_log" ("at");`);

    this.addSql(
      `create table "report" ("id" bigserial primary key, "store_id" text not null, "kind" text not null, "period" text not null, "time_zone" text not null, "starts_at" timestamptz not null, "ends_at" timestamptz not null, "totals" jsonb not null, "order_count" int not null, "csv_sha256" text not null, "csv_bytes" int not null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "report_store_index" on "report" ("store_id", "starts_at");`);
    this.addSql(`alter table "report" add constraint "report_unique" unique ("store_id", "kind", "period");`);

    this.addSql(
      `create table "send_back" ("id" bigserial primary key, "intent_id" text not null, "review_item_id" bigint null, "chain_id" int not null, "token" text not null, "coin" smallint not null, "to_address" text not null, "amount_base_units" numeric(78,0) not null, "amount_units" numeric(78,0) not null, "tx_hash" text not null, "state" text not null, "requested_by" text not null, "created_at" timestamptz not null default now(), "confirmed_at" timestamptz null, "last_error" text null);`,
    );
    this.addSql(`create index "send_back_intent_index" on "send_back" ("intent_id");`);
    this.addSql(`create index "send_back_open_index" on "send_back" ("chain_id", "id") where state = 'sent';`);
    this.addSql(
      `alter table "send_back" add constraint "send_back_tx_unique" unique ("chain_id", "tx_hash", "intent_id", "token");`,
    );

    this.addSql(
      `create table "email_message" ("id" text not null, "kind" text not null, "subject_id" text not null, "recipient" text not null, "store_id" text null, "intent_id" text null, "locale" text not null default 'en', "data" jsonb not null, "state" text not null default 'pending', "subject_line" text null, "html" text null, "plain_text" text null, "transport" text null, "provider_id" text null, "attempts" int not null default 0, "last_error" text null, "created_at" timestamptz not null default now(), "sent_at" timestamptz null, "updated_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "email_intent_index" on "email_message" ("intent_id");`);
    this.addSql(`create index "email_store_index" on "email_message" ("store_id", "created_at");`);
    this.addSql(`create index "email_created_index" on "email_message" ("created_at");`);
    this.addSql(`create index "email_provider_index" on "email_message" ("provider_id");`);
    this.addSql(`create index "email_pending_index" on "email_message" ("created_at") where state = 'pending';`);
    this.addSql(
      `alter table "email_message" add constraint "email_unique" unique ("subject_id", "kind", "recipient");`,
    );

    this.addSql(
      `create table "store_logo" ("store_id" text not null, "png" bytea not null, "sha256" text not null, "updated_at" timestamptz not null default now(), primary key ("store_id"));`,
    );
    this.addSql(`create index "store_logo_sha256_index" on "store_logo" ("sha256");`);

    this.addSql(`alter table "dispatch" drop constraint "dispatch_kind_check";`);
    this.addSql(
      `alter table "dispatch" add constraint "dispatch_kind_check" check (kind in ('start_intent', 'signal_intent', 'start_webhook', 'start_email'));`,
    );

    this.addSql(
      `alter table "merchant" add "website" text null, add "about" text null, add "activated_at" timestamptz null, add "suspended_reason" text null;`,
    );
    this.addSql(`create index "merchant_status_index" on "merchant" ("status", "created_at");`);

    this.addSql(
      `alter table "store" add "accent_color" text null, add "is_test" boolean not null default false, add "receiver_proof" jsonb null, add "accepted_coins" smallint[] null, add "returns_automatically" boolean not null default false, add "notification_emails" text[] not null default '{}', add "emails_order_created" boolean not null default true, add "emails_order_paid" boolean not null default true, add "emails_attention" boolean not null default true, add "report_recipients" text[] not null default '{}', add "daily_reports" boolean not null default true, add "monthly_reports" boolean not null default true, add "reports_when_empty" boolean not null default false;`,
    );
    this.addSql(`alter table "store" add constraint "store_accent_check" check (accent_color ~ '^#[0-9a-f]{6}$');`);

    this.addSql(`alter table "api_key" add "expires_at" timestamptz null, add "last_used_at" timestamptz null;`);

    this.addSql(`alter table "checkout_intent" add "shopper_email" text null;`);

    this.addSql(`alter table "review_item" add "outcome" text null;`);
    this.addSql(
      `alter table "review_item" add constraint "review_outcome_check" check (outcome in ('accepted', 'sent_back', 'closed'));`,
    );

    this.addSql(
      `alter table "audit_entry" add constraint "audit_actor_check" check (actor_kind in ('operator', 'member', 'command', 'system'));`,
    );

    this.addSql(
      `alter table "member" add constraint "member_merchant_id_foreign" foreign key ("merchant_id") references "merchant" ("id");`,
    );
    this.addSql(
      `alter table "member" add constraint "member_role_check" check (role in ('owner', 'manager', 'viewer'));`,
    );

    this.addSql(
      `alter table "invitation" add constraint "invitation_merchant_id_foreign" foreign key ("merchant_id") references "merchant" ("id");`,
    );
    this.addSql(
      `alter table "invitation" add constraint "invitation_role_check" check (role in ('owner', 'manager', 'viewer'));`,
    );

    this.addSql(
      `alter table "report" add constraint "report_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(`alter table "report" add constraint "report_kind_check" check (kind in ('daily', 'monthly'));`);
    this.addSql(`alter table "report" add constraint "report_period_check" check (starts_at < ends_at);`);

    this.addSql(
      `alter table "send_back" add constraint "send_back_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_state_check" check (state in ('sent', 'confirmed', 'failed'));`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_amount_check" check (amount_base_units > 0 and amount_units > 0);`,
    );

    this.addSql(
      `alter table "email_message" add constraint "email_message_store_id_foreign" foreign key ("store_id") references "store" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "email_message" add constraint "email_message_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "email_message" add constraint "email_state_check" check (state in ('pending', 'sent', 'failed', 'bounced', 'complained'));`,
    );

    this.addSql(
      `alter table "store_logo" add constraint "store_logo_store_id_foreign" foreign key ("store_id") references "store" ("id") on update cascade on delete cascade;`,
    );

    // Statements of this kind cannot be told to an entity: the audit log's chain, and that nothing in it ever changes.
    this.addSql(`create function "audit_entry_chain"() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock(7204913);
        new.at := clock_timestamp();
        -- Under the lock, so that ids follow the chain whatever order transactions began in.
        new.id := nextval('audit_entry_id_seq');
        new.hash := encode(sha256(convert_to(concat_ws(E'\\x1f',
          coalesce((select hash from audit_entry order by id desc limit 1), ''),
          new.id, to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), new.actor_kind, new.actor_id,
          coalesce(new.actor_email, '-'), new.action, new.subject_kind, new.subject_id, coalesce(new.merchant_id, '-'),
          coalesce(new.store_id, '-'), coalesce(new.reason, '-'), new.data::text), 'UTF8')), 'hex');
        return new;
      end $$;`);
    this.addSql(
      `create trigger "audit_entry_chain" before insert on "audit_entry" for each row execute function "audit_entry_chain"();`,
    );
    this.addSql(`create function "audit_entry_refuse"() returns trigger language plpgsql as $$
      begin raise exception 'the audit log is append-only'; end $$;`);
    this.addSql(
      `create trigger "audit_entry_refuse" before update or delete on "audit_entry" for each row execute function "audit_entry_refuse"();`,
    );
    this.addSql(
      `create trigger "audit_entry_refuse_truncate" before truncate on "audit_entry" for each statement execute function "audit_entry_refuse"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function if exists "audit_entry_chain" cascade;`);
    this.addSql(`drop function if exists "audit_entry_refuse" cascade;`);
    this.addSql(`drop table if exists "audit_entry" cascade;`);
    this.addSql(`drop table if exists "fiat_rate_history" cascade;`);
    this.addSql(`drop table if exists "member" cascade;`);
    this.addSql(`drop table if exists "invitation" cascade;`);
    this.addSql(`drop table if exists "request_log" cascade;`);
    this.addSql(`drop table if exists "report" cascade;`);
    this.addSql(`drop table if exists "send_back" cascade;`);
    this.addSql(`drop table if exists "email_message" cascade;`);
    this.addSql(`drop table if exists "store_logo" cascade;`);

    this.addSql(`alter table "api_key" drop column "expires_at", drop column "last_used_at";`);

    this.addSql(`alter table "checkout_intent" drop column "shopper_email";`);

    this.addSql(`alter table "dispatch" drop constraint "dispatch_kind_check";`);
    this.addSql(
      `alter table "dispatch" add constraint "dispatch_kind_check" check ("kind" in ('start_intent', 'signal_intent', 'start_webhook'));`,
    );

    this.addSql(`drop index "merchant_status_index";`);
    this.addSql(
      `alter table "merchant" drop column "website", drop column "about", drop column "activated_at", drop column "suspended_reason";`,
    );

    this.addSql(`alter table "review_item" drop constraint "review_outcome_check";`);
    this.addSql(`alter table "review_item" drop column "outcome";`);

    this.addSql(`alter table "store" drop constraint "store_accent_check";`);
    this.addSql(
      `alter table "store" drop column "accent_color", drop column "is_test", drop column "receiver_proof", drop column "accepted_coins", drop column "returns_automatically", drop column "notification_emails", drop column "emails_order_created", drop column "emails_order_paid", drop column "emails_attention", drop column "report_recipients", drop column "daily_reports", drop column "monthly_reports", drop column "reports_when_empty";`,
    );
  }
}
