// Indexes for the reconciler: transfers that no payment holds, and idempotency keys by age.
import { Migration } from '@mikro-orm/migrations';

export class Migration0013LooseMoneyAndPurges extends Migration {
  override name = 'Migration0013LooseMoneyAndPurges';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "transfer_loose_index" on "token_transfer" ("id") where in_payment = (state = 'orphaned');`,
    );
    this.addSql(`create index "idempotency_created_index" on "idempotency_key" ("created_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "idempotency_created_index";`);
    this.addSql(`drop index "transfer_loose_index";`);
  }
}
