// What reports read: paid orders by the moment of their confirmation, money sent back; and who wants no reports any more.
import { Migration } from '@mikro-orm/migrations';

export class Migration0014Reports extends Migration {
  override name = 'Migration0014Reports';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "intent_store_confirmed_index" on "checkout_intent" ("store_id", "confirmed_at", "id") where confirmed_at is not null;`,
    );
    this.addSql(
      `create table "report_opt_out" ("store_id" text not null, "recipient" text not null, "created_at" timestamptz not null default now(), primary key ("store_id", "recipient"));`,
    );
    this.addSql(
      `alter table "report_opt_out" add constraint "report_opt_out_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "report_opt_out" cascade;`);
    this.addSql(`drop index "intent_store_confirmed_index";`);
  }
}
