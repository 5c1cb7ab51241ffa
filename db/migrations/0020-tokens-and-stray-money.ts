// Several tokens of a coin on a chain, each checked on-chain; money that is none of our coins; payers of wallets whose hash never
// appears (decision 0056).
import { Migration } from '@mikro-orm/migrations';

export class Migration0020TokensAndStrayMoney extends Migration {
  override name = 'Migration0020TokensAndStrayMoney';

  override up(): void | Promise<void> {
    for (const table of ['store', 'checkout_intent']) {
      this.addSql(`alter table "${table}" add "accepts_bridged_tokens" boolean not null default false;`);
    }
    this.addSql(
      `create table "token_check" ("chain_id" int not null, "token" text not null, "decimals" int null, "symbol" text null, "trouble" text null, "checked_at" timestamptz not null default now(), primary key ("chain_id", "token"));`,
    );
    this.addSql(
      `create table "held_transfer" ("intent_id" text not null, "chain_id" int not null, "tx_hash" text not null, "token" text not null, "block_number" bigint not null, "created_at" timestamptz not null default now(), primary key ("intent_id", "chain_id", "tx_hash", "token"));`,
    );
    this.addSql(`create index "held_transfer_token_index" on "held_transfer" ("chain_id", "token");`);
    this.addSql(
      `create table "screened_payer" ("intent_id" text not null, "payer" text not null, "created_at" timestamptz not null default now(), primary key ("intent_id", "payer"));`,
    );
    this.addSql(
      `create table "stray_money" ("id" bigserial primary key, "intent_id" text not null, "chain_id" int not null, "token" text not null, "symbol" text null, "decimals" int null, "amount_base_units" numeric(78,0) not null, "sender" text null, "tx_hash" text null, "found_by" text not null, "outcome" text null, "resolution" text null, "resolved_by" text null, "created_at" timestamptz not null default now(), "resolved_at" timestamptz null, constraint "stray_amount_check" check (amount_base_units > 0), constraint "stray_finder_check" check (found_by in ('claim', 'page', 'closing')), constraint "stray_outcome_check" check (outcome in ('released', 'closed') and resolved_at is not null or outcome is null));`,
    );
    this.addSql(`create index "stray_open_index" on "stray_money" ("id") where outcome is null;`);
    this.addSql(
      `alter table "stray_money" add constraint "stray_money_unique" unique ("intent_id", "chain_id", "token");`,
    );
    this.addSql(
      `create table "stray_search" ("intent_id" text not null, "attempts" int not null default 0, "due_at" timestamptz not null default now(), primary key ("intent_id"));`,
    );
    this.addSql(`create index "stray_search_due_index" on "stray_search" ("due_at");`);
    for (const table of ['held_transfer', 'screened_payer', 'stray_money', 'stray_search']) {
      this.addSql(
        `alter table "${table}" add constraint "${table}_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id")${table === 'stray_search' ? ' on update cascade on delete cascade' : ''};`,
      );
    }

    // An intent that ends unpaid after its address was shown: TIMEOUT, CANCELED, UNDERPAID, REJECTED. Every block with a payment
    // in time is read by then, so what a wallet sent as native coin has arrived too.
    this.addSql(`create function "stray_search_add"() returns trigger language plpgsql as $$
      begin
        insert into stray_search (intent_id) values (new.id) on conflict do nothing;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "intent_stray_search" after update of "status" on "checkout_intent" for each row when (new.status in (-5, -4, -3, -2) and old.status not in (1, 2)) execute function "stray_search_add"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger "intent_stray_search" on "checkout_intent";`);
    this.addSql(`drop function "stray_search_add";`);
    for (const table of ['stray_search', 'stray_money', 'screened_payer', 'held_transfer', 'token_check']) {
      this.addSql(`drop table "${table}";`);
    }
    for (const table of ['store', 'checkout_intent']) {
      this.addSql(`alter table "${table}" drop column "accepts_bridged_tokens";`);
    }
  }
}
