// The lives of the database: it begins another one when it is restored from a backup (decision 0094).
import { Migration } from '@mikro-orm/migrations';

export class Migration0053DatabaseLife extends Migration {
  override name = 'Migration0053DatabaseLife';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "database_life" ("id" text primary key, "noticed_at" timestamptz not null default now(), "rejoined_at" timestamptz null, "restored_orders" int not null default 0, "lost_orders" int not null default 0);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "database_life";`);
  }
}
