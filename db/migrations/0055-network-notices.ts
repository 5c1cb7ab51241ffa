// What stores were told about networks that their receiving address cannot use (decision 0099): a new table.
import { Migration } from '@mikro-orm/migrations';

export class Migration0055NetworkNotices extends Migration {
  override name = 'Migration0055NetworkNotices';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "network_notice" ("store_id" text not null, "chain_id" int not null, "problem" text not null, "told_at" timestamptz not null default now(), primary key ("store_id", "chain_id"), constraint "network_notice_problem_check" check (problem in ('off', 'no_code', 'token', 'changed_token')));`,
    );
    this.addSql(
      `alter table "network_notice" add constraint "network_notice_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "network_notice";`);
  }
}
