// Claims that could not be checked when they were made (decision 0093): a new table only.
import { Migration } from '@mikro-orm/migrations';

export class Migration0051KeptClaims extends Migration {
  override name = 'Migration0051KeptClaims';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "kept_claim" ("intent_id" text not null, "tx_hash" text not null, "created_at" timestamptz not null default now(), "checks" smallint not null default 0, "next_check_at" timestamptz null default now(), primary key ("intent_id", "tx_hash"), constraint "kept_claim_hash_check" check (tx_hash ~ '^0x[0-9a-f]{64}$'));`,
    );
    this.addSql(
      `create index "kept_claim_next_index" on "kept_claim" ("next_check_at") where next_check_at is not null;`,
    );
    this.addSql(
      `alter table "kept_claim" add constraint "kept_claim_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "kept_claim";`);
  }
}
