// How a store's CSV files are written (decision 0114): an optional column.
import { Migration } from '@mikro-orm/migrations';

export class Migration0062CsvStyle extends Migration {
  override name = 'Migration0062CsvStyle';

  override up(): void | Promise<void> {
    this.addSql(`alter table "store" add "csv_style" text null;`);
    this.addSql(
      `alter table "store" add constraint "store_csv_style_check" check (csv_style in ('comma', 'semicolon', 'semicolon_decimal_comma'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "store" drop column "csv_style";`);
  }
}
