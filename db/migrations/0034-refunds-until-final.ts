// Confirmed refunds are watched until their block is final, and each confirmation and removal is an entry of the period in which it
// was learned (decision 0076).
import { Migration } from '@mikro-orm/migrations';

export class Migration0034RefundsUntilFinal extends Migration {
  override name = 'Migration0034RefundsUntilFinal';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "send_back" add "block_number" bigint null, add "block_hash" text null, add "final_at" timestamptz null, add "removed_at" timestamptz null, add "removals" int not null default 0;`,
    );
    // Every network's blocks of a day ago are final.
    this.addSql(
      `update "send_back" set "final_at" = "confirmed_at" where state = 'confirmed' and confirmed_at < now() - interval '1 day';`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_final_check" check (final_at is null or state = 'confirmed');`,
    );
    this.addSql(
      `create index "send_back_unfinal_index" on "send_back" ("chain_id", "id") where state = 'confirmed' and final_at is null;`,
    );
    this.entries();
  }

  /** By a trigger, so that workers of the last release write them too. */
  private entries(): void {
    this.addSql(
      `create table "send_back_entry" ("id" bigserial primary key, "send_back_id" bigint not null, "kind" text not null, "amount_units" numeric(78,0) not null, "fee_units" numeric(78,0) not null, "tx_hash" text null, "booked_at" timestamptz not null, constraint "send_back_entry_kind_check" check (kind in ('confirmed', 'removed')));`,
    );
    this.addSql(
      `alter table "send_back_entry" add constraint "send_back_entry_send_back_id_foreign" foreign key ("send_back_id") references "send_back" ("id");`,
    );
    this.addSql(
      `insert into "send_back_entry" (send_back_id, kind, amount_units, fee_units, tx_hash, booked_at) select id, 'confirmed', amount_units, fee_base_units * div(amount_units, amount_base_units), tx_hash, coalesce(confirmed_at, created_at) from "send_back" where state = 'confirmed' order by confirmed_at, id;`,
    );
    this.addSql(`create index "send_back_entry_booked_index" on "send_back_entry" ("booked_at", "id");`);
    this.addSql(`create index "send_back_entry_send_back_index" on "send_back_entry" ("send_back_id", "id");`);
    this.addSql(`create function "send_back_entry"() returns trigger language plpgsql as $$
      declare was text;
      begin
        was := case when tg_op = 'UPDATE' then old.state end;
        if new.state = 'confirmed' and was is distinct from 'confirmed' then
          insert into send_back_entry (send_back_id, kind, amount_units, fee_units, tx_hash, booked_at)
          values (new.id, 'confirmed', new.amount_units, new.fee_base_units * div(new.amount_units, new.amount_base_units), new.tx_hash,
            coalesce(new.confirmed_at, clock_timestamp()));
        elsif was = 'confirmed' and new.state <> 'confirmed' then
          insert into send_back_entry (send_back_id, kind, amount_units, fee_units, tx_hash, booked_at)
          select e.send_back_id, 'removed', e.amount_units, e.fee_units, e.tx_hash, clock_timestamp()
          from send_back_entry e where e.send_back_id = new.id and e.kind = 'confirmed' order by e.id desc limit 1;
        end if;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "send_back_entry_written" after insert or update of "state" on "send_back" for each row execute function "send_back_entry"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger "send_back_entry_written" on "send_back";`);
    this.addSql(`drop function "send_back_entry"();`);
    this.addSql(`drop table "send_back_entry";`);
    this.addSql(`drop index "send_back_unfinal_index";`);
    this.addSql(
      `alter table "send_back" drop constraint "send_back_final_check", drop column "block_number", drop column "block_hash", drop column "final_at", drop column "removed_at", drop column "removals";`,
    );
  }
}
