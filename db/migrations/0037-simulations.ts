// Simulated payments of test stores (decision 0080). Check constraint and trigger refuse real chains and live stores.
import { Migration } from '@mikro-orm/migrations';

export class Migration0037Simulations extends Migration {
  override name = 'Migration0037Simulations';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "simulation" ("id" text primary key, "store_id" text not null, "intent_id" text not null, "scenario" text not null, "chain_id" int null, "coin" smallint null, "token" text null, "amount_base_units" numeric(78,0) null, "requested_by" text not null, "idempotency_key" text null, "body_sha256" text null, "state" text not null default 'queued', "tx_hash" text null, "last_error" text null, "created_at" timestamptz not null default now(), "finished_at" timestamptz null, constraint "simulation_chain_check" check (chain_id in (31337, 31338)), constraint "simulation_scenario_check" check (scenario in ('paid', 'short', 'over', 'late', 'expired', 'reorganised', 'wrong_coin')), constraint "simulation_state_check" check (state in ('queued', 'ending', 'paying', 'sent', 'done', 'failed')), constraint "simulation_transfer_check" check ((scenario = 'expired') = (chain_id is null) and num_nulls(chain_id, coin, token, amount_base_units) in (0, 4)), constraint "simulation_end_check" check ((state in ('done', 'failed')) = (finished_at is not null)));`,
    );
    this.addSql(
      `create unique index "simulation_open_unique" on "simulation" ("intent_id", "scenario") where finished_at is null;`,
    );
    this.addSql(
      `create unique index "simulation_key_unique" on "simulation" ("intent_id", "idempotency_key") where idempotency_key is not null;`,
    );
    this.addSql(`create index "simulation_due_index" on "simulation" ("created_at") where finished_at is null;`);
    this.addSql(`create index "simulation_intent_index" on "simulation" ("intent_id", "created_at");`);
    this.addSql(`create index "simulation_store_index" on "simulation" ("store_id", "created_at");`);
    this.addSql(
      `alter table "simulation" add constraint "simulation_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `alter table "simulation" add constraint "simulation_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(`create function "simulation_of_test_store"() returns trigger language plpgsql as $$
      begin
        if not exists (
          select from store s join checkout_intent i on i.store_id = s.id
          where s.id = new.store_id and i.id = new.intent_id and s.is_test
        ) then
          raise exception 'a payment can be simulated for an order of a test store only' using errcode = 'check_violation';
        end if;
        return new;
      end $$;`);
    this.addSql(
      `create trigger "simulation_of_test_store" before insert or update of store_id, intent_id on "simulation" for each row execute function "simulation_of_test_store"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "simulation";`);
    this.addSql(`drop function "simulation_of_test_store"();`);
  }
}
