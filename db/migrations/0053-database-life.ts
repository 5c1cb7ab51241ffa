// The lives of the database: it begins another one when it is restored from a backup (decision 0094).
import { Migration } from '@mikro-orm/migrations';

export class Migration0053DatabaseLife extends Migration {
  override name = 'Migration0053DatabaseLife';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "database_life" ("id" text primary key, "noticed_at" timestamptz not null default now(), "rejoined_at" timestamptz null, "restored_orders" int not null default 0, "lost_orders" int not null default 0);`,
    );
    // Some servers do not tell: there a restore is noticed by hand.
    this.addSql(`create function "present_life"() returns text language plpgsql stable as $$
      begin
        return (select system_identifier::text || '.' || left(pg_walfile_name(pg_current_wal_lsn()), 8) from pg_control_system());
      exception when others then
        return 'not told';
      end $$;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function "present_life";`);
    this.addSql(`drop table "database_life";`);
  }
}
