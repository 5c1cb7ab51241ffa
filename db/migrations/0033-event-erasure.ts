// Events whose bytes an erasure had to leave, and the end of responses of webhook endpoints (decision 0075).
import { Migration } from '@mikro-orm/migrations';

export class Migration0033EventErasure extends Migration {
  override name = 'Migration0033EventErasure';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "event_erasure" ("intent_id" text primary key, "erased_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "event_erasure_erased_at_index" on "event_erasure" ("erased_at");`);
    this.addSql(`create index "endpoint_delivery_created_index" on "endpoint_delivery" ("created_at");`);
    this.addSql(
      `insert into "event_erasure" ("intent_id") select id from checkout_intent i where erased_at is not null and exists (select from order_event e where e.intent_id = i.id and e.body <> '');`,
    );
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(
      `alter table "retention_cursor" add constraint "retention_kind_check" check (kind in ('orders', 'webhooks', 'endpoints', 'emails', 'invitations'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "retention_cursor" where kind = 'endpoints';`);
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(
      `alter table "retention_cursor" add constraint "retention_kind_check" check (kind in ('orders', 'webhooks', 'emails', 'invitations'));`,
    );
    this.addSql(`drop index "endpoint_delivery_created_index";`);
    this.addSql(`drop table "event_erasure";`);
  }
}
