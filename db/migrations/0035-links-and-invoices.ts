// Payment links, invoices, and where an order comes from (decision 0082).
import { Migration } from '@mikro-orm/migrations';

export class Migration0035LinksAndInvoices extends Migration {
  override name = 'Migration0035LinksAndInvoices';

  override up(): void | Promise<void> {
    // The default is right for web servers of the last release: they take orders over the API only.
    this.addSql(
      `alter table "checkout_intent" add column "source" smallint not null default 0, alter column "api_key_id" drop not null;`,
    );
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_source_check" check (source between 0 and 3 and (source > 0 or api_key_id is not null)) not valid;`,
    );
    this.addSql(
      `create table "payment_link" ("id" text not null primary key, "store_id" text not null, "slug" text not null, "status" text not null default 'active', "currency" smallint null, "stable_coin" smallint null, "amount_cents" bigint null, "min_cents" bigint null, "max_cents" bigint null, "max_quantity" int not null default 1, "stock" int null, "reserved" int not null default 0, "sold" int not null default 0, "expires_at" timestamptz null, "redirect_url" text null, "language" text not null, "texts" jsonb not null, "order_count" int not null default 0, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), constraint "payment_link_status_check" check (status in ('active', 'paused', 'archived')), constraint "payment_link_slug_check" check (slug ~ '^[a-z0-9]([a-z0-9-]{1,58}[a-z0-9])$'), constraint "payment_link_pricing_check" check ((currency is null) <> (stable_coin is null)), constraint "payment_link_amount_check" check (case when amount_cents is null then min_cents > 0 and max_cents >= min_cents else amount_cents > 0 and min_cents is null and max_cents is null end), constraint "payment_link_quantity_check" check (max_quantity between 1 and 1000), constraint "payment_link_stock_check" check (stock >= 0 and reserved >= 0 and sold >= 0));`,
    );
    this.addSql(`alter table "payment_link" add constraint "payment_link_slug_unique" unique ("slug");`);
    this.addSql(`create index "payment_link_store_index" on "payment_link" ("store_id", "status", "created_at");`);
    this.addSql(
      `alter table "payment_link" add constraint "payment_link_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `create table "link_picture" ("link_id" text not null primary key, "png" bytea not null, "sha256" text not null, "updated_at" timestamptz not null default now());`,
    );
    this.addSql(`create index "link_picture_sha256_index" on "link_picture" ("sha256");`);
    this.addSql(
      `alter table "link_picture" add constraint "link_picture_link_id_foreign" foreign key ("link_id") references "payment_link" ("id");`,
    );
    this.addSql(
      `create table "invoice" ("id" text not null primary key, "store_id" text not null, "token" text not null, "status" text not null default 'draft', "number" text null, "currency" smallint null, "stable_coin" smallint null, "language" text not null, "customer_name" text not null, "customer_email" text null, "customer_address" text null, "memo" text null, "due_day" text not null, "remind_before_days" smallint null, "remind_on_due_day" boolean not null default false, "remind_after_days" smallint null, "next_reminder_at" timestamptz null, "order_count" int not null default 0, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "issued_at" timestamptz null, "paid_at" timestamptz null, "voided_at" timestamptz null, "erased_at" timestamptz null, constraint "invoice_status_check" check (status in ('draft', 'open', 'paid', 'void')), constraint "invoice_token_check" check (token ~ '^[0-9a-f]{32}$'), constraint "invoice_pricing_check" check ((currency is null) <> (stable_coin is null)), constraint "invoice_number_check" check ((status = 'draft') = (number is null) and (number is null) = (issued_at is null)), constraint "invoice_paid_check" check ((status = 'paid') = (paid_at is not null)), constraint "invoice_reminder_check" check (next_reminder_at is null or status = 'open'));`,
    );
    this.addSql(`alter table "invoice" add constraint "invoice_token_unique" unique ("token");`);
    this.addSql(`alter table "invoice" add constraint "invoice_number_unique" unique ("store_id", "number");`);
    this.addSql(`create index "invoice_store_index" on "invoice" ("store_id", "status", "created_at");`);
    this.addSql(
      `create index "invoice_reminder_index" on "invoice" ("next_reminder_at") where next_reminder_at is not null;`,
    );
    this.addSql(
      `create index "invoice_customer_index" on "invoice" (lower("customer_email")) where customer_email is not null;`,
    );
    this.addSql(
      `create index "invoice_erasable_index" on "invoice" ("created_at") where status in ('paid', 'void') and erased_at is null;`,
    );
    this.addSql(
      `alter table "invoice" add constraint "invoice_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `create table "invoice_line" ("invoice_id" text not null, "position" smallint not null, "description" text not null, "quantity" int not null, "unit_cents" bigint not null, primary key ("invoice_id", "position"), constraint "invoice_line_check" check (quantity between 1 and 100000 and unit_cents >= 0));`,
    );
    this.addSql(
      `alter table "invoice_line" add constraint "invoice_line_invoice_id_foreign" foreign key ("invoice_id") references "invoice" ("id");`,
    );
    this.addSql(
      `create table "invoice_sequence" ("store_id" text not null primary key, "prefix" text not null default 'INV-', "last" int not null default 0, constraint "invoice_sequence_check" check (last >= 0));`,
    );
    this.addSql(
      `alter table "invoice_sequence" add constraint "invoice_sequence_store_id_foreign" foreign key ("store_id") references "store" ("id");`,
    );
    this.addSql(
      `create table "order_source" ("intent_id" text not null primary key, "link_id" text null, "invoice_id" text null, "quantity" int not null default 1, "state" text not null default 'open', "browser_hash" text null, "address_hash" text null, "created_at" timestamptz not null default now(), constraint "order_source_one_check" check ((link_id is null) <> (invoice_id is null)), constraint "order_source_quantity_check" check (quantity between 1 and 1000), constraint "order_source_state_check" check (state in ('open', 'review', 'sold', 'released')));`,
    );
    this.addSql(`create index "order_source_link_index" on "order_source" ("link_id", "intent_id");`);
    this.addSql(`create index "order_source_invoice_index" on "order_source" ("invoice_id", "intent_id");`);
    this.addSql(
      `create unique index "order_source_browser_unique" on "order_source" ("link_id", "browser_hash") where state = 'open' and link_id is not null;`,
    );
    this.addSql(
      `create index "order_source_address_index" on "order_source" ("link_id", "address_hash") where state = 'open' and link_id is not null;`,
    );
    this.addSql(
      `create unique index "order_source_invoice_unique" on "order_source" ("invoice_id") where state = 'open' and invoice_id is not null;`,
    );
    this.addSql(
      `alter table "order_source" add constraint "order_source_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(
      `alter table "order_source" add constraint "order_source_link_id_foreign" foreign key ("link_id") references "payment_link" ("id");`,
    );
    this.addSql(
      `alter table "order_source" add constraint "order_source_invoice_id_foreign" foreign key ("invoice_id") references "invoice" ("id");`,
    );
    // In the transaction that writes the status, whichever release writes it. What was paid stays sold, whatever is refunded later.
    // A count above the stock rejects nothing: the money is there.
    this.addSql(`create function "order_source_follows"() returns trigger language plpgsql as $$
      declare
        found_source order_source;
        next_state text;
        held int;
      begin
        select * into found_source from order_source where intent_id = new.id for update;
        if not found then return null; end if;
        next_state := case
          when found_source.state = 'sold' or new.status = 20 then 'sold'
          when found_source.state in ('open', 'review') and new.status < 0 then 'released'
          when found_source.state = 'open' and new.status = 4 then 'review'
          else found_source.state end;
        if next_state = found_source.state then return null; end if;
        update order_source set state = next_state, address_hash = case when next_state = 'review' then address_hash end
          where intent_id = new.id;
        if found_source.link_id is not null and next_state in ('sold', 'released') then
          held := case when found_source.state in ('open', 'review') then found_source.quantity else 0 end;
          update payment_link set reserved = reserved - held,
            sold = sold + case when next_state = 'sold' then found_source.quantity else 0 end where id = found_source.link_id;
        end if;
        if found_source.invoice_id is not null and next_state = 'sold' then
          update invoice set status = 'paid', paid_at = now(), next_reminder_at = null, updated_at = now()
            where id = found_source.invoice_id and status in ('open', 'void');
        end if;
        return null;
      end $$;`);
    this.addSql(
      `create trigger "order_source_follows" after update of status on "checkout_intent" for each row when (new.source in (1, 2) and old.status is distinct from new.status) execute function "order_source_follows"();`,
    );
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(
      `alter table "retention_cursor" add constraint "retention_kind_check" check (kind in ('orders', 'webhooks', 'endpoints', 'emails', 'invitations', 'invoices'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "retention_cursor" where kind = 'invoices';`);
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(
      `alter table "retention_cursor" add constraint "retention_kind_check" check (kind in ('orders', 'webhooks', 'endpoints', 'emails', 'invitations'));`,
    );
    this.addSql(`drop trigger "order_source_follows" on "checkout_intent";`);
    this.addSql(`drop function "order_source_follows";`);
    for (const table of ['order_source', 'invoice_line', 'invoice_sequence', 'invoice', 'link_picture', 'payment_link'])
      this.addSql(`drop table "${table}";`);
    this.addSql(`alter table "checkout_intent" drop constraint "intent_source_check";`);
    this.addSql(`alter table "checkout_intent" drop column "source", alter column "api_key_id" set not null;`);
  }
}
