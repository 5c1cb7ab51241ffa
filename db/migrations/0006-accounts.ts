import { Migration } from '@mikro-orm/migrations';

export class Migration0006Accounts extends Migration {
  override name = 'Migration0006Accounts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "wallet" ("id" bigserial primary key, "user_id" text not null, "address" text not null, "phrase_checked_at" timestamptz null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`alter table "wallet" add constraint "wallet_user_id_unique" unique ("user_id");`);
    this.addSql(`alter table "wallet" add constraint "wallet_address_check" check (address ~ '^0x[0-9a-fA-F]{40}$');`);

    this.addSql(
      `create table "sealed_key" ("id" bigserial primary key, "wallet_id" bigint not null, "kind" text not null, "credential_id" text null, "blob" text not null, "created_at" timestamptz not null default now(), "last_used_at" timestamptz null);`,
    );
    this.addSql(
      `create unique index "sealed_key_unique" on "sealed_key" ("wallet_id", "kind", coalesce("credential_id", ''));`,
    );
    this.addSql(
      `alter table "sealed_key" add constraint "sealed_key_wallet_id_foreign" foreign key ("wallet_id") references "wallet" ("id");`,
    );
    this.addSql(
      `alter table "sealed_key" add constraint "sealed_key_kind_check" check (kind in ('passkey', 'password'));`,
    );
    this.addSql(
      `alter table "sealed_key" add constraint "sealed_key_credential_check" check ((kind = 'passkey') = (credential_id is not null));`,
    );
    this.addSql(
      `alter table "sealed_key" add constraint "sealed_key_blob_check" check (length(blob) between 1 and 4096 and blob is json object);`,
    );

    this.addSql(
      `create table "wallet_tx" ("id" bigserial primary key, "wallet_id" bigint not null, "intent_id" text null, "chain_id" int not null, "tx_hash" text not null, "raw_tx" text not null, "nonce" bigint not null, "token" text not null, "coin" smallint not null, "to_address" text not null, "amount_base_units" numeric(78,0) not null, "state" text not null, "created_at" timestamptz not null default now(), "mined_at" timestamptz null);`,
    );
    this.addSql(`create index "wallet_tx_wallet_index" on "wallet_tx" ("wallet_id", "id");`);
    this.addSql(`create index "wallet_tx_intent_index" on "wallet_tx" ("intent_id") where intent_id is not null;`);
    this.addSql(`alter table "wallet_tx" add constraint "wallet_tx_hash_unique" unique ("chain_id", "tx_hash");`);
    this.addSql(
      `alter table "wallet_tx" add constraint "wallet_tx_wallet_id_foreign" foreign key ("wallet_id") references "wallet" ("id");`,
    );
    this.addSql(
      `alter table "wallet_tx" add constraint "wallet_tx_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "wallet_tx" add constraint "wallet_tx_state_check" check (state in ('sent', 'mined', 'failed'));`,
    );
    this.addSql(`alter table "wallet_tx" add constraint "wallet_tx_amount_check" check (amount_base_units > 0);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "wallet_tx" cascade;`);
    this.addSql(`drop table if exists "sealed_key" cascade;`);
    this.addSql(`drop table if exists "wallet" cascade;`);
  }
}
