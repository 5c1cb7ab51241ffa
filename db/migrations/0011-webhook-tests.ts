import { Migration } from '@mikro-orm/migrations';

/** Test events belong to a store and to no intent. */
export class Migration0011WebhookTests extends Migration {
  override name = 'Migration0011WebhookTests';

  override up(): void | Promise<void> {
    this.addSql(`alter table "webhook_event" alter column "intent_id" drop not null;`);
    this.addSql(`alter table "webhook_event" drop constraint "webhook_event_intent_id_foreign";`);
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id") on delete set null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(
      `delete from "webhook_attempt" where "event_id" in (select "id" from "webhook_event" where "intent_id" is null);`,
    );
    this.addSql(`delete from "webhook_event" where "intent_id" is null;`);
    this.addSql(`alter table "webhook_event" alter column "intent_id" set not null;`);
    this.addSql(`alter table "webhook_event" drop constraint "webhook_event_intent_id_foreign";`);
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_event_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
  }
}
