import { Migration } from '@mikro-orm/migrations';

export class Migration0027PersonalData extends Migration {
  override name = 'Migration0027PersonalData';

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" add column "erased_at" timestamptz null;`);
    this.addSql(
      `create table "retention_cursor" ("kind" text primary key, "position" text not null, constraint "retention_kind_check" check (kind in ('orders', 'webhooks', 'emails', 'invitations')));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "retention_cursor";`);
    this.addSql(`alter table "checkout_intent" drop column "erased_at";`);
  }
}
