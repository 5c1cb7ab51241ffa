// Alerts of operators (decision 0088): new tables only.
import { Migration } from '@mikro-orm/migrations';

export class Migration0045OperatorAlerts extends Migration {
  override name = 'Migration0045OperatorAlerts';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "operator_alert" ("id" bigserial primary key, "kind" text not null, "chain_id" int null, "figure" double precision not null, "seen_at" timestamptz not null, "began_at" timestamptz null, "last_true_at" timestamptz not null, "reminded_at" timestamptz null, "ended_at" timestamptz null, constraint "operator_alert_kind_check" check (kind in ('chain_behind', 'relayer_low', 'review_old', 'dispatch_waiting', 'webhooks_waiting', 'emails_waiting', 'settlement_failing')), constraint "operator_alert_end_check" check (ended_at is null or began_at is not null));`,
    );
    this.addSql(
      `create unique index "operator_alert_open_unique" on "operator_alert" ("kind", coalesce("chain_id", 0)) where ended_at is null;`,
    );
    this.addSql(`create index "operator_alert_began_index" on "operator_alert" ("began_at");`);
    this.addSql(
      `create table "alert_message" ("id" text not null, "body" text not null, "is_test" boolean not null, "emails" int not null, "state" text not null default 'pending', "attempts" int not null default 0, "created_at" timestamptz not null default now(), "next_attempt_at" timestamptz not null default now(), "sent_at" timestamptz null, "last_error" text null, primary key ("id"), constraint "alert_message_state_check" check (state in ('pending', 'sent', 'failed', 'unset')), constraint "alert_message_sent_check" check ((state = 'sent') = (sent_at is not null)));`,
    );
    this.addSql(
      `create index "alert_message_due_index" on "alert_message" ("next_attempt_at") where state = 'pending';`,
    );
    this.addSql(`create index "alert_message_created_index" on "alert_message" ("created_at");`);
    this.addSql(
      `create table "alert_mute" ("user_id" text not null, "at" timestamptz not null default now(), primary key ("user_id"));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "alert_mute";`);
    this.addSql(`drop table "alert_message";`);
    this.addSql(`drop table "operator_alert";`);
  }
}
