// Results of the daily verification of the books against the chains (decision 0058).
import { Migration } from '@mikro-orm/migrations';

export class Migration0022BooksCheck extends Migration {
  override name = 'Migration0022BooksCheck';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "books_check" ("id" bigserial primary key, "started_at" timestamptz not null, "seconds" double precision not null, "orders" int not null, "chains" jsonb not null, "unverified" jsonb not null, "explained" int not null, "unexplained" int not null, "differences" jsonb not null, constraint "books_check_counts_check" check (explained >= 0 and unexplained >= 0));`,
    );
    this.addSql(`create index "books_check_started_index" on "books_check" ("started_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "books_check";`);
  }
}
