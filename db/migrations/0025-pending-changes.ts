// Changes of where money goes can wait (decision 0062).
import { Migration } from '@mikro-orm/migrations';

export class Migration0025PendingChanges extends Migration {
  override name = 'Migration0025PendingChanges';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "pending_change" ("id" text not null, "merchant_id" text not null, "store_id" text null, "kind" text not null, "subject" text not null, "details" jsonb not null, "state" text not null, "actor_kind" text not null, "actor_id" text not null, "actor_email" text null, "reason" text null, "created_at" timestamptz not null default now(), "applies_at" timestamptz not null, "decided_at" timestamptz null, "decided_by" text null, primary key ("id"), constraint "pending_change_kind_check" check (kind in ('receiver', 'owner_invitation', 'owner_role', 'webhook_secret')), constraint "pending_change_state_check" check (state in ('waiting', 'confirmed', 'applied', 'canceled')));`,
    );
    this.addSql(`create index "pending_change_merchant_index" on "pending_change" ("merchant_id", "created_at");`);
    this.addSql(
      `create unique index "pending_change_open_unique" on "pending_change" ("kind", "subject") where state in ('waiting', 'confirmed');`,
    );
    this.addSql(
      `create index "pending_change_due_index" on "pending_change" ("applies_at") where state in ('waiting', 'confirmed');`,
    );
    this.addSql(
      `create table "change_link" ("token_sha256" text not null, "change_id" text not null, "user_id" text null, "email" text not null, primary key ("token_sha256"));`,
    );
    this.addSql(`create index "change_link_change_index" on "change_link" ("change_id");`);
    this.addSql(
      `alter table "pending_change" add constraint "pending_change_merchant_id_foreign" foreign key ("merchant_id") references "merchant" ("id");`,
    );
    this.addSql(
      `alter table "pending_change" add constraint "pending_change_store_id_foreign" foreign key ("store_id") references "store" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "change_link" add constraint "change_link_change_id_foreign" foreign key ("change_id") references "pending_change" ("id");`,
    );
    // Keys of before sign as they did.
    this.addSql(`alter table "api_key" add "signs_for_others" boolean not null default true;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "api_key" drop column "signs_for_others";`);
    this.addSql(`drop table "change_link";`);
    this.addSql(`drop table "pending_change";`);
  }
}
