// A prepared transfer that its owner withdrew: its money is free again, and the chain is searched for it until its time is over
// (decision 0054, rule 13).
import { Migration } from '@mikro-orm/migrations';

export class Migration0028WithdrawnRefunds extends Migration {
  override name = 'Migration0028WithdrawnRefunds';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "send_back" add "withdrawn_at" timestamptz null, add "is_watched" boolean not null default false;`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_watched_check" check (not is_watched or (state = 'failed' and source = 'wallet' and withdrawn_at is not null));`,
    );
    this.addSql(`drop index "send_back_open_index";`);
    this.addSql(
      `create index "send_back_open_index" on "send_back" ("chain_id", "id") where state in ('signed', 'sent') or is_watched;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "send_back_open_index";`);
    this.addSql(
      `create index "send_back_open_index" on "send_back" ("chain_id", "id") where state in ('signed', 'sent');`,
    );
    this.addSql(`alter table "send_back" drop constraint "send_back_watched_check";`);
    this.addSql(`alter table "send_back" drop column "withdrawn_at", drop column "is_watched";`);
  }
}
