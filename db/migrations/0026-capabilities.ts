// The contract's id of an intent, apart from the id that opens its checkout; the browser that a checkout is bound to; announced
// transactions that a node has; e-mail addresses that visitors named (decision 0064).
import { Migration } from '@mikro-orm/migrations';

export class Migration0026Capabilities extends Migration {
  override name = 'Migration0026Capabilities';

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" add "contract_id" text null, add "browser_hash" text null;`);
    // The deposit addresses of these intents hash their own ids.
    this.addSql(`update "checkout_intent" set "contract_id" = "id";`);
    this.addSql(`alter table "checkout_intent" alter column "contract_id" set not null;`);
    this.addSql(
      `alter table "checkout_intent" add constraint "intent_contract_id_check" check (contract_id ~ '^[0-9a-f]{24}$');`,
    );
    this.addSql(`alter table "checkout_intent" add constraint "intent_contract_id_unique" unique ("contract_id");`);
    // The last release knows one id only, and runs beside this one during an update.
    this.addSql(`create function "intent_contract_id_default"() returns trigger language plpgsql as $$
      begin
        new.contract_id := new.id;
        return new;
      end $$;`);
    this.addSql(
      `create trigger "intent_contract_id_default" before insert on "checkout_intent" for each row when (new.contract_id is null) execute function "intent_contract_id_default"();`,
    );

    this.addSql(`alter table "announced_transaction" add "known_at" timestamptz null;`);
    this.addSql(`update "announced_transaction" set "known_at" = "created_at";`);

    this.addSql(
      `create table "visitor_email" ("subject" text not null, "recipient_hash" text not null, "client_hash" text not null, "created_at" timestamptz not null default now(), primary key ("subject", "recipient_hash"));`,
    );
    this.addSql(`create index "visitor_email_recipient_index" on "visitor_email" ("recipient_hash", "created_at");`);
    this.addSql(`create index "visitor_email_client_index" on "visitor_email" ("client_hash", "created_at");`);
    this.addSql(`create index "visitor_email_created_index" on "visitor_email" ("created_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "visitor_email" cascade;`);
    this.addSql(`alter table "announced_transaction" drop column "known_at";`);
    this.addSql(`drop trigger "intent_contract_id_default" on "checkout_intent";`);
    this.addSql(`drop function "intent_contract_id_default";`);
    this.addSql(`alter table "checkout_intent" drop column "contract_id", drop column "browser_hash";`);
  }
}
