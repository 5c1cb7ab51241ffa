// Indexes for the dashboard's list of orders: each filter and search reads its page in the order of an index.
import { Migration } from '@mikro-orm/migrations';

export class Migration0010OrderIndexes extends Migration {
  override name = 'Migration0010OrderIndexes';

  override up(): void | Promise<void> {
    this.addSql(`drop index "intent_store_order_index";`);
    this.addSql(
      `create index "intent_store_order_index" on "checkout_intent" ("store_id", "order_id" text_pattern_ops, "id" desc) where order_id is not null;`,
    );
    this.addSql(
      `create index "intent_paid_index" on "checkout_intent" ("store_id", "paid_chain_id", "paid_coin", "payment_method_type", "id") where status = 20;`,
    );
    this.addSql(
      `create index "intent_method_index" on "checkout_intent" ("store_id", "payment_method_type", "id") where payment_method_type > 0;`,
    );
    this.addSql(`create index "intent_amount_index" on "checkout_intent" ("store_id", "amount_units");`);
    this.addSql(`create index "transfer_sender_index" on "token_transfer" ("from_address", "intent_id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "transfer_sender_index";`);
    this.addSql(`drop index "intent_amount_index";`);
    this.addSql(`drop index "intent_method_index";`);
    this.addSql(`drop index "intent_paid_index";`);
    this.addSql(`drop index "intent_store_order_index";`);
    this.addSql(`create index "intent_store_order_index" on "checkout_intent" ("store_id", "order_id");`);
  }
}
