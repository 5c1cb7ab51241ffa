// What an operator proposes and another one confirms (decision 0088): a new table only.
import { Migration } from '@mikro-orm/migrations';

export class Migration0046OperatorProposals extends Migration {
  override name = 'Migration0046OperatorProposals';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "operator_proposal" ("id" text not null, "merchant_id" text not null, "kind" text not null, "subject" text not null, "details" jsonb not null, "state" text not null default 'waiting', "actor_id" text not null, "actor_email" text null, "reason" text not null, "created_at" timestamptz not null default now(), "decided_at" timestamptz null, "decided_by_id" text null, "decided_by_email" text null, primary key ("id"), constraint "operator_proposal_kind_check" check (kind in ('store_fee', 'review_accept')), constraint "operator_proposal_state_check" check (state in ('waiting', 'confirmed', 'canceled')), constraint "operator_proposal_end_check" check ((state = 'waiting') = (decided_at is null) and (decided_at is null) = (decided_by_id is null)), constraint "operator_proposal_second_check" check (state <> 'confirmed' or decided_by_id <> actor_id));`,
    );
    this.addSql(
      `create unique index "operator_proposal_open_unique" on "operator_proposal" ("kind", "subject") where state = 'waiting';`,
    );
    this.addSql(
      `create index "operator_proposal_merchant_index" on "operator_proposal" ("merchant_id", "created_at");`,
    );
    this.addSql(
      `alter table "operator_proposal" add constraint "operator_proposal_merchant_id_foreign" foreign key ("merchant_id") references "merchant" ("id");`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "operator_proposal";`);
  }
}
