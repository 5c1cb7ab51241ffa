// Shoppers say on the checkout's page where a refund should go.
import { Migration } from '@mikro-orm/migrations';

export class Migration0021RefundAddresses extends Migration {
  override name = 'Migration0021RefundAddresses';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "refund_address" ("id" bigserial primary key, "intent_id" text not null, "chain_id" int not null, "sender" text not null, "tx_hash" text not null, "address" text not null, "created_at" timestamptz not null default now(), constraint "refund_address_check" check (address ~ '^0x[0-9a-fA-F]{40}$'));`,
    );
    this.addSql(
      `alter table "refund_address" add constraint "refund_address_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "refund_address" add constraint "refund_address_unique" unique ("intent_id", "chain_id", "sender");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "refund_address";`);
  }
}
