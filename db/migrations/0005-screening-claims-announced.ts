import { Migration } from '@mikro-orm/migrations';

const reviewKinds = (kinds: string): string[] => [
  `alter table "review_item" drop constraint "review_kind_check";`,
  `alter table "review_item" add constraint "review_kind_check" check (kind in (${kinds}));`,
];
const KINDS = "'late', 'underpaid', 'wrong_coin', 'wrong_chain', 'second_payment', 'reorg_after_confirmed'";

/** Money from a refused payer waits for a person; blocks that are read once more; transactions that our own pages announced. */
export class Migration0005ScreeningClaimsAnnounced extends Migration {
  override name = 'Migration0005ScreeningClaimsAnnounced';

  override up(): void {
    for (const sql of reviewKinds(`${KINDS}, 'screening'`)) this.addSql(sql);

    this.addSql(
      `create table "block_recheck" ("chain_id" int not null, "tx_hash" text not null, "block_number" bigint not null, "requested_at" timestamptz not null default now(), "done_at" timestamptz null, primary key ("chain_id", "tx_hash"));`,
    );
    this.addSql(
      `alter table "block_recheck" add constraint "recheck_hash_check" check (tx_hash ~ '^0x[0-9a-f]{64}$');`,
    );
    this.addSql(
      `create index "recheck_pending_index" on "block_recheck" ("chain_id", "block_number") where done_at is null;`,
    );

    this.addSql(
      `create table "announced_transaction" ("intent_id" text not null, "tx_hash" text not null, "method" smallint not null, "created_at" timestamptz not null default now(), primary key ("intent_id", "tx_hash"));`,
    );
    this.addSql(
      `alter table "announced_transaction" add constraint "announced_transaction_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "announced_transaction" add constraint "announced_hash_check" check (tx_hash ~ '^0x[0-9a-f]{64}$');`,
    );
    this.addSql(
      `alter table "announced_transaction" add constraint "announced_method_check" check (method between 2 and 3);`,
    );
  }

  override down(): void {
    this.addSql(`drop table "announced_transaction";`);
    this.addSql(`drop table "block_recheck";`);
    for (const sql of reviewKinds(KINDS)) this.addSql(sql);
  }
}
