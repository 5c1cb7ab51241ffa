// A filter by amount beside others is read from an index alone; sums of days that have ended are kept, and dropped by a trigger in
// the transaction that changes one of their orders (decision 0046).
import { Migration } from '@mikro-orm/migrations';

const SUMMED = 'status, paid_chain_id, paid_coin, actual_paid_units, service_fee_units, net_income_units';
/** Orders younger than a day are in no kept sum: sums are kept from 25 hours after their end (db/orders/order-day-totals.ts). */
const IS_OLD = `new.id < lpad(to_hex(floor(extract(epoch from now()))::bigint - 86400), 8, '0')`;

export class Migration0015OrderListsAndDayTotals extends Migration {
  override name = 'Migration0015OrderListsAndDayTotals';

  override up(): void | Promise<void> {
    this.addSql(`drop index "intent_paid_index";`);
    this.addSql(
      `create index "intent_paid_index" on "checkout_intent" ("store_id", "paid_chain_id", "paid_coin", "payment_method_type", "id") include ("amount_units") where status = 20;`,
    );
    this.addSql(`drop index "intent_amount_index";`);
    this.addSql(
      `create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units") include ("id", "status", "paid_chain_id", "paid_coin", "payment_method_type");`,
    );
    // Index-only scans need pages that vacuum has seen: with the usual fifth of the table they would wait for months.
    this.addSql(
      `alter table "checkout_intent" set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);`,
    );

    this.addSql(
      `create table "order_day_total" ("store_id" text not null, "from_id" text not null, "before_id" text not null, "totals" jsonb not null, primary key ("store_id", "from_id", "before_id"));`,
    );
    this.addSql(
      `alter table "order_day_total" add constraint "order_day_total_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(`create function "order_day_total_drop"() returns trigger language plpgsql as $$
      begin
        -- Whoever adds up holds this lock alone: sums are taken before this change and dropped here, or after it has committed.
        perform pg_advisory_xact_lock_shared(hashtextextended('order_day_total ' || new.store_id, 0));
        delete from order_day_total where store_id = new.store_id and from_id <= new.id and before_id > new.id;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "order_day_total_insert" after insert on "checkout_intent" for each row when (${IS_OLD}) execute function "order_day_total_drop"();`,
    );
    this.addSql(
      `create trigger "order_day_total_update" after update of ${SUMMED} on "checkout_intent" for each row when (${IS_OLD}) execute function "order_day_total_drop"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function if exists "order_day_total_drop" cascade;`);
    this.addSql(`drop table if exists "order_day_total" cascade;`);
    this.addSql(
      `alter table "checkout_intent" reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor);`,
    );
    this.addSql(`drop index "intent_amount_index";`);
    this.addSql(`create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units");`);
    this.addSql(`drop index "intent_paid_index";`);
    this.addSql(
      `create index "intent_paid_index" on "checkout_intent" ("store_id", "paid_chain_id", "paid_coin", "payment_method_type", "id") where status = 20;`,
    );
  }
}
