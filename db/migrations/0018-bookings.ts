// Payments are booked by coin and network, and money that was accepted later is a booking of its own (decision 0053).
import { Migration } from '@mikro-orm/migrations';

/**
 * Transfers of payments that exist. Money that a person accepted after the confirmation is a booking of its own; what a reorganisation
 * took and another block brought back is booked once, through the transfer that is there.
 */
const BOOKABLE = `
  select t.id as transfer_id, t.intent_id, i.store_id, i.payment_method_type as method, t.chain_id, t.token, t.coin,
    t.amount_base_units, t.amount_units, i.fee_rate_e9, i.confirmed_at, t.block_time, t.block_number, t.log_index,
    i.amount_units as price, case when a.resolved_at > i.confirmed_at then a.resolved_at end as accepted_at,
    sum(t.amount_units) over (partition by t.intent_id, a.resolved_at > i.confirmed_at is true
      order by t.block_time, t.chain_id, t.block_number, t.log_index) as reached
  from token_transfer t
  join checkout_intent i on i.id = t.intent_id
  left join lateral (
    select r.resolved_at from review_item r
    where r.intent_id = t.intent_id and r.transfer_id = t.id and r.outcome = 'accepted' order by r.id limit 1) a on true
  where t.in_payment and i.confirmed_at is not null and not (t.state = 'orphaned' and exists (
    select from token_transfer again where again.intent_id = t.intent_id and again.in_payment and again.state <> 'orphaned'
      and again.chain_id = t.chain_id and again.token = t.token and again.tx_hash = t.tx_hash
      and again.amount_base_units = t.amount_base_units))`;

export class Migration0018Bookings extends Migration {
  override name = 'Migration0018Bookings';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "booking" ("id" bigserial primary key, "intent_id" text not null, "store_id" text not null, "method" smallint not null, "price_units" numeric(78,0) not null, "kind" text not null, "part" smallint not null default 1, "chain_id" int not null, "token" text not null, "coin" smallint not null, "gross_units" numeric(78,0) not null, "fee_units" numeric(78,0) not null, "net_units" numeric(78,0) not null, "surplus_units" numeric(78,0) not null, "booked_at" timestamptz not null, constraint "booking_kind_check" check (kind in ('payment', 'accepted')), constraint "booking_amount_check" check (gross_units > 0 and gross_units = fee_units + net_units and surplus_units <= gross_units), constraint "booking_method_check" check (method between 0 and 3));`,
    );
    this.addSql(
      `alter table "booking" add constraint "booking_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "booking" add constraint "booking_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(`alter table "token_transfer" add "booking_id" bigint null;`);

    // One booking for each (chain, token) of a payment, in chain order, and one for each accepted transfer's moment.
    this.addSql(`create temporary table "booked" as
      select row_number() over (order by booked_at, intent_id, place)::bigint as id,
        row_number() over (partition by intent_id, accepted_at order by place)::smallint as part, * from (
        select sum(beyond) as surplus_units, min(price) as price_units, accepted_at, intent_id, store_id, method, case when accepted_at is null then 'payment' else 'accepted' end as kind, chain_id, token,
          min(coin)::smallint as coin, sum(amount_units) as gross_units,
          floor(sum(amount_base_units) * min(fee_rate_e9) / 1000000000) * (sum(amount_units) / sum(amount_base_units)) as fee_units,
          coalesce(accepted_at, min(confirmed_at)) as booked_at, array_agg(transfer_id) as transfer_ids, min(block_time) as place
        from (select *, case when accepted_at is null
            then greatest(reached - greatest(reached - amount_units, price), 0) else 0 end as beyond from (${BOOKABLE}) one) bookable group by intent_id, store_id, method, accepted_at, chain_id, token) grouped;`);
    this.addSql(`insert into booking (id, intent_id, store_id, method, price_units, kind, part, chain_id, token, coin, gross_units, fee_units, net_units, surplus_units, booked_at)
      select id, intent_id, store_id, method, price_units, kind, part, chain_id, token, coin, gross_units, trunc(fee_units), gross_units - trunc(fee_units), surplus_units, booked_at
      from booked order by id;`);
    this.addSql(`select setval(pg_get_serial_sequence('booking', 'id'), greatest((select max(id) from booking), 1));`);
    this.addSql(`update token_transfer t set booking_id = b.id from booked b where t.id = any(b.transfer_ids);`);
    this.addSql(`drop table "booked";`);

    this.addSql(
      `alter table "token_transfer" add constraint "token_transfer_booking_id_foreign" foreign key ("booking_id") references "booking" ("id") on delete set null;`,
    );
    this.addSql(
      `alter table "token_transfer" add constraint "transfer_booking_check" check (booking_id is null or in_payment);`,
    );
    this.addSql(
      `create index "transfer_booking_index" on "token_transfer" ("booking_id") where booking_id is not null;`,
    );
    this.addSql(
      `create unique index "booking_payment_unique" on "booking" ("intent_id", "chain_id", "token") where kind = 'payment';`,
    );
    this.addSql(
      `create index "booking_order_index" on "booking" ("store_id", "intent_id") include ("kind", "chain_id", "coin", "gross_units", "fee_units", "net_units");`,
    );
    this.addSql(`create index "booking_intent_id_index" on "booking" ("intent_id");`);
    this.addSql(
      `create index "booking_place_index" on "booking" ("store_id", "chain_id", "coin", "method", "intent_id") include ("price_units");`,
    );
    this.addSql(
      `create index "booking_price_index" on "booking" ("store_id", "price_units") include ("intent_id", "chain_id", "coin", "method");`,
    );
    this.addSql(`create index "booking_report_index" on "booking" ("store_id", "booked_at", "id");`);
    // As for the orders' table: index-only scans need pages that vacuum has processed.
    this.addSql(
      `alter table "booking" set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);`,
    );
    this.checkSums();
    this.replaceDayTotals();
    // A hash is searched in the transfers.
    this.addSql(`drop index "intent_tx_hash_index";`);
    this.addSql(`drop index "intent_paid_index";`);
    this.addSql(`drop index "intent_amount_index";`);
    this.addSql(
      `create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units") include ("id", "status", "payment_method_type");`,
    );
  }

  /** At commit, each booking that was touched is the sum of its transfers, and an accepted payment has all its bookings. */
  private checkSums(): void {
    this.addSql(`create function "booking_sum_check"() returns trigger language plpgsql as $$
      declare touched bigint[] := '{}';
      begin
        if tg_table_name = 'booking' then touched := array[new.id];
        else touched := array_remove(array[case when tg_op = 'INSERT' then null else old.booking_id end, new.booking_id], null);
        end if;
        if exists (select from booking b where b.id = any(touched) and b.gross_units is distinct from
            (select sum(t.amount_units) from token_transfer t where t.booking_id = b.id
              and t.intent_id = b.intent_id and t.chain_id = b.chain_id and t.token = b.token)) then
          raise exception 'A booking is not the sum of its transfers: %', touched using errcode = 'check_violation';
        end if;
        return null;
      end $$;`);
    this.addSql(
      `create constraint trigger "booking_sum" after insert or update on "booking" deferrable initially deferred for each row execute function "booking_sum_check"();`,
    );
    this.addSql(
      `create constraint trigger "transfer_booking_insert" after insert on "token_transfer" deferrable initially deferred for each row when (new.booking_id is not null) execute function "booking_sum_check"();`,
    );
    this.addSql(
      `create constraint trigger "transfer_booking_update" after update on "token_transfer" deferrable initially deferred for each row when (new.booking_id is distinct from old.booking_id or (new.booking_id is not null and new.amount_units <> old.amount_units)) execute function "booking_sum_check"();`,
    );
    this.addSql(`create function "payment_booked_check"() returns trigger language plpgsql as $$
      begin
        if not exists (select from booking b where b.intent_id = new.id and b.kind = 'payment') then
          raise exception 'The payment of intent % is not booked', new.id using errcode = 'check_violation';
        end if;
        return null;
      end $$;`);
    this.addSql(
      `create constraint trigger "payment_booked" after update of "confirmed_at" on "checkout_intent" deferrable initially deferred for each row when (old.confirmed_at is null and new.confirmed_at is not null) execute function "payment_booked_check"();`,
    );
  }

  /** Stored totals of days have another shape, and a booking of an old order deletes its day's. */
  private replaceDayTotals(): void {
    this.addSql(`delete from order_day_total;`);
    this.addSql(`create function "order_day_total_drop_booked"() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(hashtextextended('order_day_total ' || new.store_id, 0));
        delete from order_day_total where store_id = new.store_id and from_id <= new.intent_id and before_id > new.intent_id;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "order_day_total_booking" after insert or update on "booking" for each row when (new.intent_id < lpad(to_hex(floor(extract(epoch from now()))::bigint - 86400), 8, '0')) execute function "order_day_total_drop_booked"();`,
    );
    this.addSql(`drop trigger "order_day_total_update" on "checkout_intent";`);
    this.addSql(
      `create trigger "order_day_total_update" after update of status on "checkout_intent" for each row when (new.id < lpad(to_hex(floor(extract(epoch from now()))::bigint - 86400), 8, '0')) execute function "order_day_total_drop"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`create index "intent_tx_hash_index" on "checkout_intent" ("tx_hash");`);
    this.addSql(`delete from order_day_total;`);
    this.addSql(`drop trigger "order_day_total_update" on "checkout_intent";`);
    this.addSql(
      `create trigger "order_day_total_update" after update of status, paid_chain_id, paid_coin, actual_paid_units, service_fee_units, net_income_units on "checkout_intent" for each row when (new.id < lpad(to_hex(floor(extract(epoch from now()))::bigint - 86400), 8, '0')) execute function "order_day_total_drop"();`,
    );
    this.addSql(`drop trigger "payment_booked" on "checkout_intent";`);
    this.addSql(`drop function "payment_booked_check";`);
    this.addSql(`drop trigger "transfer_booking_insert" on "token_transfer";`);
    this.addSql(`drop trigger "transfer_booking_update" on "token_transfer";`);
    this.addSql(`drop table "booking" cascade;`);
    this.addSql(`drop function "booking_sum_check";`);
    this.addSql(`drop function "order_day_total_drop_booked";`);
    this.addSql(`alter table "token_transfer" drop column "booking_id";`);
    this.addSql(`drop index "intent_amount_index";`);
    this.addSql(
      `create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units") include ("id", "status", "paid_chain_id", "paid_coin", "payment_method_type");`,
    );
    this.addSql(
      `create index "intent_paid_index" on "checkout_intent" ("store_id", "paid_chain_id", "paid_coin", "payment_method_type", "id") include ("amount_units") where status = 20;`,
    );
  }
}
