// What the relayer's transactions cost, and what gas usually costs (decision 0100): optional columns and a new table.
import { Migration } from '@mikro-orm/migrations';

export class Migration0056GasFigures extends Migration {
  override name = 'Migration0056GasFigures';

  override up(): void | Promise<void> {
    this.addSql(`alter table "relayer_tx" add "gas_used" bigint null, add "fee_wei" numeric(78, 0) null;`);
    this.addSql(`create index "relayer_tx_mined_index" on "relayer_tx" ("mined_at") where mined_at is not null;`);
    this.addSql(
      `create table "gas_price" ("chain_id" int not null, "slot" timestamptz not null, "price" numeric(78, 0) not null, primary key ("chain_id", "slot"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "gas_price";`);
    this.addSql(`drop index "relayer_tx_mined_index";`);
    this.addSql(`alter table "relayer_tx" drop column "gas_used", drop column "fee_wei";`);
  }
}
