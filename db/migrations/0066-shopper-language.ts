// The language in which the shopper left the address for e-mails (decision 0118): an optional column.
import { Migration } from '@mikro-orm/migrations';

export class Migration0066ShopperLanguage extends Migration {
  override name = 'Migration0066ShopperLanguage';

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" add "shopper_language" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" drop column "shopper_language";`);
  }
}
