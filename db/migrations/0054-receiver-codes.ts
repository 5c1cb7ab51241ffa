// Networks that a store's receiving address was found able to use (decision 0092): a new table. Stores keep the networks that were watched
// before: they count as checked until the worker has read them.
import { Migration } from '@mikro-orm/migrations';

export class Migration0054ReceiverCodes extends Migration {
  override name = 'Migration0054ReceiverCodes';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "receiver_code" ("address" text not null, "chain_id" int not null, "kind" text not null, "read_at" timestamptz not null default now(), primary key ("address", "chain_id"), constraint "receiver_code_kind_check" check (kind in ('account', 'contract', 'token')));`,
    );
    this.addSql(
      `insert into "receiver_code" ("address", "chain_id", "kind", "read_at")
       select distinct s.receiver, c.chain_id, 'account', now() - interval '2 days' from "store" s cross join "chain_cursor" c where s.receiver is not null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "receiver_code";`);
  }
}
