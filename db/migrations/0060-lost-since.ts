// Since when a restored database has forgotten what happened (decision 0108): an optional column.
import { Migration } from '@mikro-orm/migrations';

export class Migration0060LostSince extends Migration {
  override name = 'Migration0060LostSince';

  override up(): void | Promise<void> {
    this.addSql(`alter table "database_life" add "lost_since" timestamptz null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "database_life" drop column "lost_since";`);
  }
}
