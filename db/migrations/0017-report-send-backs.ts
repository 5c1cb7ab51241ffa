// What was sent back is in a report's file, and found by its confirmation. A report keeps the format of its file; those that are there,
// and those of a worker that is older than this, have the first.
import { Migration } from '@mikro-orm/migrations';

export class Migration0017ReportSendBacks extends Migration {
  override name = 'Migration0017ReportSendBacks';

  override up(): void | Promise<void> {
    this.addSql(`alter table "report" add "csv_format" smallint not null default 1;`);
    this.addSql(
      `create index "send_back_confirmed_index" on "send_back" ("confirmed_at", "id") where state = 'confirmed';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "send_back_confirmed_index";`);
    this.addSql(`alter table "report" drop column "csv_format";`);
  }
}
