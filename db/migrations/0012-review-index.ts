// An index for paid orders that have something to decide on: the dashboard's tab "Needs attention" reads them in order.
import { Migration } from '@mikro-orm/migrations';

export class Migration0012ReviewIndex extends Migration {
  override name = 'Migration0012ReviewIndex';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "review_beside_payment_index" on "review_item" ("intent_id") where state = 'open' and kind <> 'underpaid';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "review_beside_payment_index";`);
  }
}
