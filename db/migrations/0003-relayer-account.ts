import { Migration } from '@mikro-orm/migrations';

export class Migration0003RelayerAccount extends Migration {
  override name = 'Migration0003RelayerAccount';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "relayer_account" ("chain_id" int not null, "address" text not null, "next_nonce" bigint not null default '0', "lease_token" bigint not null default '0', "lease_owner" text null, "lease_until" timestamptz null, "trouble" text null, "updated_at" timestamptz not null default now(), primary key ("chain_id", "address"));`,
    );
    this.addSql(`alter table "settlement" add column "relayer" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "settlement" drop column "relayer";`);
    this.addSql(`drop table if exists "relayer_account" cascade;`);
  }
}
