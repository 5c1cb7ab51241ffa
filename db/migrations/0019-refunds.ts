// Refunds name the sender whose money goes back, may be partial and repeated, and can be asked for over the API (decision 0054).
import { Migration } from '@mikro-orm/migrations';

export class Migration0019Refunds extends Migration {
  override name = 'Migration0019Refunds';

  override up(): void | Promise<void> {
    this.requests();
    this.refunds();
    this.limit();
    this.addSql(
      `alter table "store" add "refund_webhooks" boolean not null default false, add "emails_refunds" boolean not null default true;`,
    );
    this.addSql(`alter table "webhook_event" drop constraint "webhook_intent_event_unique";`);
    this.addSql(
      `create unique index "webhook_intent_event_unique" on "webhook_event" ("intent_id", "event_type") where event_type <> 'checkout_intent.refunded';`,
    );
  }

  private requests(): void {
    this.addSql(
      `create table "refund_request" ("id" text not null, "intent_id" text not null, "chain_id" int not null, "token" text not null, "coin" smallint not null, "payer_address" text not null, "to_address" text not null, "amount_base_units" numeric(78,0) not null, "amount_units" numeric(78,0) not null, "fee_bearer" text not null, "reason" text null, "requested_by" text not null, "idempotency_key" text null, "body_sha256" text null, "created_at" timestamptz not null default now(), "canceled_at" timestamptz null, constraint "refund_request_pkey" primary key ("id"), constraint "refund_request_amount_check" check (amount_base_units > 0 and amount_units > 0), constraint "refund_request_fee_bearer_check" check (fee_bearer in ('payer', 'merchant')));`,
    );
    this.addSql(
      `alter table "refund_request" add constraint "refund_request_intent_id_foreign" foreign key ("intent_id") references "checkout_intent" ("id");`,
    );
    this.addSql(`create index "refund_request_intent_index" on "refund_request" ("intent_id", "id");`);
    this.addSql(
      `create unique index "refund_request_key_unique" on "refund_request" ("intent_id", "idempotency_key") where idempotency_key is not null;`,
    );
  }

  /** The sender of refunds that exist: that of the transfer, else of the payment, which was the rule. */
  private refunds(): void {
    this.addSql(
      `alter table "send_back" add "payer_address" text null, add "fee_bearer" text null, add "withheld_base_units" numeric(78,0) not null default 0, add "log_index" int null, add "request_id" text null, add "is_surplus" boolean not null default false, add "from_address" text null;`,
    );
    this.addSql(
      `update send_back b set payer_address = coalesce((select t.from_address from token_transfer t where t.id = b.transfer_id), (select i.tx_from from checkout_intent i where i.id = b.intent_id), b.to_address), fee_bearer = case b.source when 'wallet' then 'merchant' else 'payer' end, is_surplus = b.review_item_id is null;`,
    );
    this.addSql(
      `alter table "send_back" alter column "payer_address" set not null, alter column "fee_bearer" set not null;`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_request_id_foreign" foreign key ("request_id") references "refund_request" ("id") on delete set null;`,
    );
    this.addSql(`alter table "send_back" drop constraint "send_back_source_check";`);
    this.addSql(
      `alter table "send_back" add constraint "send_back_source_check" check (source in ('deposit', 'wallet', 'external') and (source = 'deposit') = (order_digest is not null));`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_fee_bearer_check" check (fee_bearer in ('payer', 'merchant') and withheld_base_units >= 0 and (withheld_base_units = 0 or (source = 'wallet' and fee_bearer = 'payer')));`,
    );
    this.addSql(`alter table "send_back" drop constraint "send_back_tx_unique";`);
    this.addSql(`drop index "send_back_money_unique";`);
    this.addSql(
      `create unique index "send_back_transfer_unique" on "send_back" ("transfer_id") where transfer_id is not null and state <> 'failed';`,
    );
    this.addSql(
      `create unique index "send_back_log_unique" on "send_back" ("chain_id", "tx_hash", "log_index") where log_index is not null and state <> 'failed';`,
    );
    this.addSql(
      `create unique index "send_back_request_unique" on "send_back" ("request_id") where request_id is not null and state <> 'failed';`,
    );
  }

  /**
   * Nobody gets back more than they sent in that token on that chain. The lock on the intent makes it hold for writers at the same
   * time. A refund that the chain has carried out is never rejected: only new ones, and failed ones that return, are checked.
   */
  private limit(): void {
    this.addSql(`create function "send_back_limit"() returns trigger language plpgsql as $$
      declare sent numeric; returned numeric;
      begin
        if new.state = 'failed' then return new; end if;
        perform from checkout_intent where id = new.intent_id for update;
        select coalesce(sum(amount_base_units), 0) into sent from token_transfer
          where intent_id = new.intent_id and chain_id = new.chain_id and token = new.token
            and from_address = new.payer_address and state = 'confirmed';
        select coalesce(sum(amount_base_units + withheld_base_units), 0) into returned from send_back
          where intent_id = new.intent_id and chain_id = new.chain_id and token = new.token
            and payer_address = new.payer_address and state <> 'failed' and id <> new.id;
        if returned + new.amount_base_units + new.withheld_base_units > sent then
          raise exception 'Refunds of intent % to % would be more than % sent', new.intent_id, new.payer_address, sent
            using errcode = 'check_violation', constraint = 'send_back_limit';
        end if;
        return new;
      end $$;`);
    this.addSql(
      `create trigger "send_back_limit_insert" before insert on "send_back" for each row execute function "send_back_limit"();`,
    );
    this.addSql(
      `create trigger "send_back_limit_update" before update on "send_back" for each row when (old.state = 'failed' or (new.intent_id, new.chain_id, new.token, new.payer_address, new.amount_base_units, new.withheld_base_units) is distinct from (old.intent_id, old.chain_id, old.token, old.payer_address, old.amount_base_units, old.withheld_base_units)) execute function "send_back_limit"();`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(
      `delete from "webhook_attempt" where event_id in (select id from webhook_event where event_type = 'checkout_intent.refunded');`,
    );
    this.addSql(`delete from "webhook_event" where event_type = 'checkout_intent.refunded';`);
    this.addSql(`drop index "webhook_intent_event_unique";`);
    this.addSql(
      `alter table "webhook_event" add constraint "webhook_intent_event_unique" unique ("intent_id", "event_type");`,
    );
    this.addSql(`alter table "store" drop column "refund_webhooks", drop column "emails_refunds";`);
    this.addSql(`drop trigger "send_back_limit_insert" on "send_back";`);
    this.addSql(`drop trigger "send_back_limit_update" on "send_back";`);
    this.addSql(`drop function "send_back_limit"();`);
    this.addSql(`drop index "send_back_transfer_unique";`);
    this.addSql(`drop index "send_back_log_unique";`);
    this.addSql(`drop index "send_back_request_unique";`);
    this.addSql(`delete from "send_back" where source = 'external';`);
    // The old index allows one refund that did not fail: the others of the same money are forgotten.
    this.addSql(
      `delete from send_back a using send_back b where a.id > b.id and a.intent_id = b.intent_id and a.chain_id = b.chain_id and a.token = b.token and coalesce(a.transfer_id, 0) = coalesce(b.transfer_id, 0) and a.state <> 'failed' and b.state <> 'failed';`,
    );
    this.addSql(
      `alter table "send_back" drop constraint "send_back_fee_bearer_check", drop constraint "send_back_source_check", drop constraint "send_back_request_id_foreign";`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_source_check" check (source in ('deposit', 'wallet') and (source = 'deposit') = (order_digest is not null));`,
    );
    this.addSql(
      `create unique index "send_back_money_unique" on "send_back" ("intent_id", "chain_id", "token", coalesce("transfer_id", 0)) where state <> 'failed';`,
    );
    this.addSql(
      `alter table "send_back" add constraint "send_back_tx_unique" unique ("chain_id", "tx_hash", "intent_id", "token");`,
    );
    this.addSql(
      `alter table "send_back" drop column "payer_address", drop column "fee_bearer", drop column "withheld_base_units", drop column "log_index", drop column "request_id", drop column "is_surplus", drop column "from_address";`,
    );
    this.addSql(`drop table "refund_request";`);
  }
}
