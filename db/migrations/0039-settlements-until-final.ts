// Settlements are watched until their block is final, as refunds are (decision 0083). The table may have millions of rows: nothing here
// is in a transaction or keeps payments waiting, and each statement can be run again after a failure.
import { Migration } from '@mikro-orm/migrations';

export class Migration0039SettlementsUntilFinal extends Migration {
  override name = 'Migration0039SettlementsUntilFinal';

  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    // A default that is a constant gives the rows that are there a value without writing them. One block: no row may come between.
    this.addSql(`do $$ begin
      alter table "settlement" add column if not exists "block_number" bigint null, add column if not exists "block_hash" text null,
        add column if not exists "removed_at" timestamptz null, add column if not exists "removals" int not null default 0,
        add column if not exists "is_short" boolean not null default false;
      if not exists (select from information_schema.columns where table_name = 'settlement' and column_name = 'final_at') then
        alter table "settlement" add column "final_at" timestamptz null default now();
        alter table "settlement" alter column "final_at" drop default;
      end if;
    end $$;`);
    // Every network's blocks of a day ago are final.
    this.addSql(
      `update "settlement" set "final_at" = null where final_at is not null and (state <> 'settled' or settled_at > now() - interval '1 day');`,
    );
    this.addSql(`alter table "settlement" drop constraint if exists "settlement_final_check";`);
    this.addSql(
      `alter table "settlement" add constraint "settlement_final_check" check (final_at is null or state = 'settled') not valid;`,
    );
    this.addSql(`alter table "settlement" validate constraint "settlement_final_check";`);
    this.index('settlement_unfinal_index', `where state = 'settled' and final_at is null`);
    this.index('settlement_short_index', `where is_short`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index concurrently if exists "settlement_short_index";`);
    this.addSql(`drop index concurrently if exists "settlement_unfinal_index";`);
    this.addSql(`alter table "settlement" drop constraint if exists "settlement_final_check";`);
    this.addSql(
      `alter table "settlement" drop column if exists "is_short", drop column if exists "removals", drop column if exists "removed_at", drop column if exists "final_at", drop column if exists "block_hash", drop column if exists "block_number";`,
    );
  }

  /** One that failed halfway is there, and invalid. */
  private index(name: string, condition: string): void {
    this.addSql(`drop index concurrently if exists "${name}";`);
    this.addSql(`create index concurrently "${name}" on "settlement" ("chain_id", "id") ${condition};`);
  }
}
