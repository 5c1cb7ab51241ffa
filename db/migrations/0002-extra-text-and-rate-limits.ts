import { Migration } from '@mikro-orm/migrations';

export class Migration0002ExtraTextAndRateLimits extends Migration {
  override name = 'Migration0002ExtraTextAndRateLimits';

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" alter column "extra" type text;`);
    this.addSql(`alter table "checkout_intent" add constraint "intent_extra_check" check (extra is json object);`);

    // rate-limiter-flexible's table. Unlogged: counters need not survive a crash, and cost no write-ahead log.
    this.addSql(`create schema if not exists "limits";`);
    this.addSql(
      `create unlogged table "limits"."api_rate" ("key" varchar(255) primary key, "points" int not null default 0, "expire" bigint);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop schema "limits" cascade;`);
    this.addSql(`alter table "checkout_intent" drop constraint "intent_extra_check";`);
    this.addSql(`alter table "checkout_intent" alter column "extra" type json using extra::json;`);
  }
}
