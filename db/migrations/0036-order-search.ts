// The searched text of each order, and saved views of the list of orders (decision 0079). The text is kept by a trigger, because
// processes of the last release write orders beside this one.
import { Migration } from '@mikro-orm/migrations';

/** Unicode's own lower case, the same on every server: that of the database's locale may know ASCII alone. */
export const searchedTextOf = (row: string): string =>
  `lower(concat_ws(E'\\n', ${row}.order_id, ${row}.order_description, ${row}.user_id, ${row}.user_name, ${row}.shopper_email) collate "pg_c_utf8")`;
const SEARCHED = 'order_id, order_description, user_id, user_name, shopper_email';

export class Migration0036OrderSearch extends Migration {
  override name = 'Migration0036OrderSearch';

  override up(): void | Promise<void> {
    this.addSql('create extension if not exists pg_trgm;');
    this.addSql('create extension if not exists btree_gin;');
    this.addSql(
      `create table "order_search" ("store_id" text not null, "intent_id" text not null, "text" text not null, primary key ("store_id", "intent_id"));`,
    );
    this.addSql(`create function "order_search_write"() returns trigger language plpgsql as $$
      begin
        insert into order_search (store_id, intent_id, text) values (new.store_id, new.id, ${searchedTextOf('new')})
        on conflict (store_id, intent_id) do update set text = excluded.text;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "order_search_insert" after insert on "checkout_intent" for each row execute function "order_search_write"();`,
    );
    this.addSql(
      `create trigger "order_search_update" after update of ${SEARCHED} on "checkout_intent" for each row
        when ((old.order_id, old.order_description, old.user_id, old.user_name, old.shopper_email) is distinct from
          (new.order_id, new.order_description, new.user_id, new.user_name, new.shopper_email))
        execute function "order_search_write"();`,
    );
    this.addSql(
      `create table "order_view" ("id" bigserial primary key, "store_id" text not null, "user_id" text not null, "name" text not null, "query" text not null, "created_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "order_view_user_index" on "order_view" ("user_id");`);
    this.addSql(
      `alter table "order_view" add constraint "order_view_name_unique" unique ("store_id", "user_id", "name");`,
    );
    this.addSql(
      `alter table "order_view" add constraint "order_view_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `alter table "order_view" add constraint "order_view_name_check" check (char_length(name) between 1 and 60);`,
    );
    this.addSql(`alter table "order_view" add constraint "order_view_query_check" check (char_length(query) <= 2000);`);
  }

  override down(): void | Promise<void> {
    this.addSql('drop table "order_view";');
    this.addSql('drop function "order_search_write" cascade;');
    this.addSql('drop table "order_search";');
    this.addSql('drop extension btree_gin;');
    this.addSql('drop extension pg_trgm;');
  }
}
