// The log of requests is partitioned by day: a day that is over goes at once, with its bodies, and leaves nothing to vacuum (decision 0101).
// The table that is there becomes the first partition. Only the last statement locks it against writers, for the moment of the
// exchange; everything before can be run again after a failure.
import { Migration } from '@mikro-orm/migrations';

const DAY_MS = 86_400_000;

/**
 * Makes the partitions of this day and the next seven, and drops those that ended seven days ago. Runs with the rights of the owner,
 * because the application may create and drop nothing; it takes no argument, so a process that was taken over can do no more with it.
 * Days are UTC. A day whose rows already lie in the default partition stays there. @returns the number of partitions made and dropped; -1
 * when somebody held the table: the next call does it
 */
const KEEP_DAYS = `
  create or replace function keep_request_log_days() returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    today timestamptz := date_trunc('day', now(), 'UTC');
    ended record;
    reached timestamptz;
    day timestamptz;
    changed int := 0;
    others boolean;
  begin
    perform set_config('lock_timeout', '2s', true);
    perform pg_advisory_xact_lock(7204915);
    select max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz) into reached
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'public.request_log'::regclass;
    day := greatest(reached, today);
    while day <= today + interval '7 days' loop
      select exists (select from log_days.request_log_other o where o.at >= day and o.at < day + interval '1 day') into others;
      if not others then
        execute format('create table log_days.%I partition of public.request_log for values from (%L) to (%L)',
          'request_log_' || to_char(day at time zone 'UTC', 'YYYYMMDD'), day, day + interval '1 day');
        changed := changed + 1;
      end if;
      day := day + interval '1 day';
    end loop;
    for ended in
      select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'public.request_log'::regclass
        and substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz <= now() - interval '7 days'
    loop
      execute format('drop table log_days.%I', ended.relname);
      changed := changed + 1;
    end loop;
    return changed;
  exception when lock_not_available then return -1;
  end $$;`;

const EXCHANGE = (boundary: string): string => `
  do $exchange$ begin
    alter sequence "request_log_id_seq" owned by none;
    alter table "request_log" drop constraint "request_log_pkey";
    alter table "request_log" add constraint "request_log_pkey" primary key using index "request_log_key";
    alter table "request_log" set schema log_days;
    alter table log_days."request_log" rename to "request_log_first";
    create table "request_log" (like log_days."request_log_first" including defaults) partition by range ("at");
    alter sequence "request_log_id_seq" owned by "request_log"."id";
    alter table "request_log" add constraint "request_log_pkey" primary key ("id", "at");
    create index "request_log_store_index" on "request_log" ("store_id", "id");
    create index "request_log_at_index" on "request_log" ("at");
    alter table "request_log" attach partition log_days."request_log_first" for values from (minvalue) to ('${boundary}');
    alter table log_days."request_log_first" drop constraint "request_log_before";
    create table log_days."request_log_other" partition of "request_log" default;
    perform keep_request_log_days();
  end $exchange$;`;

export class Migration0059RequestLogDays extends Migration {
  override name = 'Migration0059RequestLogDays';

  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    // The day after tomorrow: what is written until the exchange is before it.
    const boundary = new Date((Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS).toISOString();
    this.addSql(`create schema if not exists log_days;`);
    this.addSql(KEEP_DAYS);
    this.addSql(`revoke execute on function keep_request_log_days() from public;`);
    this.addSql(`drop index concurrently if exists "request_log_key";`);
    this.addSql(`create unique index concurrently "request_log_key" on "request_log" ("id", "at");`);
    // Of a server whose clock was wrong.
    this.addSql(`delete from "request_log" where "at" >= '${boundary}';`);
    this.addSql(`alter table "request_log" drop constraint if exists "request_log_before";`);
    this.addSql(
      `alter table "request_log" add constraint "request_log_before" check ("at" < '${boundary}') not valid;`,
    );
    this.addSql(`alter table "request_log" validate constraint "request_log_before";`);
    this.addSql(EXCHANGE(boundary));
  }

  override down(): void | Promise<void> {
    this.addSql(`
      do $exchange$ begin
        alter sequence "request_log_id_seq" owned by none;
        alter table "request_log" rename to "request_log_of_days";
        alter table "request_log_of_days" rename constraint "request_log_pkey" to "request_log_of_days_pkey";
        alter index "request_log_store_index" rename to "request_log_of_days_store_index";
        alter index "request_log_at_index" rename to "request_log_of_days_at_index";
        create table "request_log" (like "request_log_of_days" including defaults);
        insert into "request_log" select * from "request_log_of_days";
        drop table "request_log_of_days";
        alter sequence "request_log_id_seq" owned by "request_log"."id";
        alter table "request_log" add constraint "request_log_pkey" primary key ("id");
        create index "request_log_store_index" on "request_log" ("store_id", "id");
        create index "request_log_at_index" on "request_log" ("at");
        drop function keep_request_log_days();
        drop schema log_days;
      end $exchange$;`);
  }
}
