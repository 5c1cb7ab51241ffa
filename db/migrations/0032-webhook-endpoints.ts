// Webhook endpoints managed over the API, and their deliveries (decision 0075).
import { Migration } from '@mikro-orm/migrations';

export class Migration0032WebhookEndpoints extends Migration {
  override name = 'Migration0032WebhookEndpoints';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "webhook_endpoint" ("id" text primary key, "store_id" text not null, "url" text not null, "sealed_secret" text not null, "event_types" text[] not null, "enabled" boolean not null default true, "gone_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "webhook_endpoint_types_check" check (cardinality(event_types) > 0));`,
    );
    this.addSql(
      `create unique index "webhook_endpoint_url_unique" on "webhook_endpoint" ("store_id", "url") where deleted_at is null;`,
    );
    this.addSql(
      `alter table "webhook_endpoint" add constraint "webhook_endpoint_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `create table "endpoint_delivery" ("id" text primary key, "event_id" text not null, "endpoint_id" text not null, "intent_id" text not null, "state" text not null default 'pending', "created_at" timestamptz not null default now(), "delivered_at" timestamptz null, "next_attempt_at" timestamptz null, "own_workflow" boolean not null, constraint "endpoint_delivery_unique" unique ("event_id", "endpoint_id"), constraint "endpoint_delivery_state_check" check (state in ('pending', 'delivered', 'failed', 'disabled')));`,
    );
    this.addSql(
      `create index "endpoint_delivery_endpoint_index" on "endpoint_delivery" ("endpoint_id", "created_at");`,
    );
    this.addSql(
      `create index "endpoint_delivery_intent_index" on "endpoint_delivery" ("intent_id") where state = 'pending';`,
    );
    this.addSql(
      `create index "endpoint_delivery_pending_index" on "endpoint_delivery" (coalesce(next_attempt_at, created_at)) where state = 'pending';`,
    );
    this.addSql(
      `alter table "endpoint_delivery" add constraint "endpoint_delivery_event_id_foreign" foreign key ("event_id") references "order_event" ("id");`,
    );
    this.addSql(
      `alter table "endpoint_delivery" add constraint "endpoint_delivery_endpoint_id_foreign" foreign key ("endpoint_id") references "webhook_endpoint" ("id");`,
    );
    this.addSql(
      `alter table "endpoint_delivery" add constraint "endpoint_delivery_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `create table "endpoint_attempt" ("id" bigserial primary key, "delivery_id" text not null, "attempt_key" text not null, "url" text not null, "started_at" timestamptz not null, "duration_ms" int not null, "response_status" int null, "response_excerpt" text null, "error" text null, constraint "endpoint_attempt_unique" unique ("delivery_id", "attempt_key"));`,
    );
    this.addSql(`alter table "audit_entry" drop constraint "audit_actor_check";`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_actor_check" check (actor_kind in ('operator', 'member', 'account', 'api_key', 'command', 'system'));`,
    );
    this.addSql(
      `alter table "endpoint_attempt" add constraint "endpoint_attempt_delivery_id_foreign" foreign key ("delivery_id") references "endpoint_delivery" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "audit_entry" drop constraint "audit_actor_check";`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_actor_check" check (actor_kind in ('operator', 'member', 'account', 'command', 'system')) not valid;`,
    );
    this.addSql(`drop table "endpoint_attempt";`);
    this.addSql(`drop table "endpoint_delivery";`);
    this.addSql(`drop table "webhook_endpoint";`);
  }
}
