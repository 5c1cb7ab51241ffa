import { Migration } from '@mikro-orm/migrations';

export class Migration0008SendBackOrders extends Migration {
  override name = 'Migration0008SendBackOrders';

  override up(): void | Promise<void> {
    this.addSql(`alter table "send_back" alter column "tx_hash" drop not null;`);
    this.addSql(
      `alter table "send_back" add "transfer_id" bigint null, add "source" text not null, add "order_digest" text null, add "call_data" text not null, add "fee_base_units" numeric(78,0) not null, add "from_block" bigint not null, add "deadline" timestamptz not null;`,
    );
    this.addSql(`alter table "send_back" add constraint "send_back_digest_unique" unique ("order_digest");`);
    this.addSql(
      `create unique index "send_back_money_unique" on "send_back" ("intent_id", "chain_id", "token", coalesce("transfer_id", 0)) where state <> 'failed';`,
    );
    this.addSql(`drop index "send_back_open_index";`);
    this.addSql(
      `create index "send_back_open_index" on "send_back" ("chain_id", "id") where state in ('signed', 'sent');`,
    );
    this.addSql(`alter table "send_back" drop constraint "send_back_state_check";`);
    this.addSql(
      `alter table "send_back" add constraint "send_back_state_check" check (state in ('signed', 'sent', 'confirmed', 'failed'));`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_source_check" check (source in ('deposit', 'wallet') and (source = 'deposit') = (order_digest is not null));`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_fee_check" check (fee_base_units >= 0 and fee_base_units <= amount_base_units);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "send_back" where "tx_hash" is null or "state" = 'signed';`);
    this.addSql(`alter table "send_back" drop constraint "send_back_state_check";`);
    this.addSql(
      `alter table "send_back" add constraint "send_back_state_check" check (state in ('sent', 'confirmed', 'failed'));`,
    );
    this.addSql(`drop index "send_back_open_index";`);
    this.addSql(`create index "send_back_open_index" on "send_back" ("chain_id", "id") where state = 'sent';`);
    this.addSql(`drop index "send_back_money_unique";`);
    this.addSql(
      `alter table "send_back" drop constraint "send_back_digest_unique", drop constraint "send_back_source_check", drop constraint "send_back_fee_check";`,
    );
    this.addSql(
      `alter table "send_back" drop column "transfer_id", drop column "source", drop column "order_digest", drop column "call_data", drop column "fee_base_units", drop column "from_block", drop column "deadline";`,
    );
    this.addSql(`alter table "send_back" alter column "tx_hash" set not null;`);
  }
}
