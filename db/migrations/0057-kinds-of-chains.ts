// Whether a watched network is a test network: an optional column. Null until a watcher has taken its lease.
import { Migration } from '@mikro-orm/migrations';

export class Migration0057KindsOfChains extends Migration {
  override name = 'Migration0057KindsOfChains';

  override up(): void | Promise<void> {
    this.addSql(`alter table "chain_cursor" add "is_test" boolean null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "chain_cursor" drop column "is_test";`);
  }
}
