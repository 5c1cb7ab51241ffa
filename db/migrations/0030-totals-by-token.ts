// Totals of orders are added up by token, from the index alone: two tokens of one coin on one network are two figures.
import { Migration } from '@mikro-orm/migrations';

export class Migration0030TotalsByToken extends Migration {
  override name = 'Migration0030TotalsByToken';

  override up(): void | Promise<void> {
    this.addSql(
      `create index "booking_order_token_index" on "booking" ("store_id", "intent_id") include ("kind", "chain_id", "token", "coin", "gross_units", "fee_units", "net_units");`,
    );
    // The same columns but for the token: an older release uses the new one.
    this.addSql(`drop index "booking_order_index";`);
  }

  override down(): void | Promise<void> {
    this.addSql(
      `create index "booking_order_index" on "booking" ("store_id", "intent_id") include ("kind", "chain_id", "coin", "gross_units", "fee_units", "net_units");`,
    );
    this.addSql(`drop index "booking_order_token_index";`);
  }
}
