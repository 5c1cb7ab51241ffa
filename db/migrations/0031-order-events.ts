// Events of orders with a number for each store (decision 0075).
import { Migration } from '@mikro-orm/migrations';

export class Migration0031OrderEvents extends Migration {
  override name = 'Migration0031OrderEvents';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "order_event" ("id" text primary key, "position" bigserial not null, "store_id" text not null, "intent_id" text not null, "event_type" text not null, "body" text not null, "sequence" bigint null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "order_event_intent_index" on "order_event" ("intent_id");`);
    this.addSql(
      `create unique index "order_event_sequence_unique" on "order_event" ("store_id", "sequence") where sequence is not null;`,
    );
    this.addSql(
      `create index "order_event_unnumbered_index" on "order_event" ("store_id", "position") where sequence is null;`,
    );
    this.addSql(
      `alter table "order_event" add constraint "order_event_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(`create table "event_sequence" ("store_id" text primary key, "last" bigint not null default '0');`);
    // Workers of the last release confirm payments beside this one during an update. Nobody may miss such an event.
    this.addSql(`create function "order_event_of_webhook"() returns trigger language plpgsql as $$
      begin
        insert into order_event (id, store_id, intent_id, event_type, body, created_at)
        values (new.id, new.store_id, new.intent_id, new.event_type, new.body, new.created_at) on conflict (id) do nothing;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "order_event_of_webhook" after insert on "webhook_event" for each row when (new.intent_id is not null and new.event_type in ('checkout_intent.confirmed', 'checkout_intent.refunded')) execute function "order_event_of_webhook"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger "order_event_of_webhook" on "webhook_event";`);
    this.addSql(`drop function "order_event_of_webhook";`);
    this.addSql(`drop table "event_sequence";`);
    this.addSql(`drop table "order_event";`);
  }
}
