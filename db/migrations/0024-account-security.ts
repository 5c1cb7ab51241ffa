// Log-in limits, authenticator codes that count once, log-ins in the audit log, and its signed heads (decision 0061).
import { Migration } from '@mikro-orm/migrations';

export class Migration0024AccountSecurity extends Migration {
  override name = 'Migration0024AccountSecurity';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "totp_use" ("user_id" text not null, "secret_sha256" text not null, "last_step" int not null, primary key ("user_id"));`,
    );
    this.addSql(`create index "totp_use_step_index" on "totp_use" ("last_step");`);

    this.addSql(
      `create table "audit_head" ("number" int not null, "day" text not null, "at" timestamptz not null, "entries" bigint not null, "last_id" bigint not null, "hash" text not null, "public_key" text not null, "signature" text not null, primary key ("number"));`,
    );
    this.addSql(`alter table "audit_head" add constraint "audit_head_day_unique" unique ("day");`);
    this.addSql(
      `create trigger "audit_head_refuse" before update or delete on "audit_head" for each row execute function "audit_entry_refuse"();`,
    );
    this.addSql(
      `create trigger "audit_head_refuse_truncate" before truncate on "audit_head" for each statement execute function "audit_entry_refuse"();`,
    );

    this.addSql(`alter table "audit_entry" drop constraint "audit_actor_check";`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_actor_check" check (actor_kind in ('operator', 'member', 'account', 'command', 'system'));`,
    );

    // rate-limiter-flexible's table for log-ins. Unlogged: counters need not survive a crash.
    this.addSql(`create schema if not exists "limits";`);
    this.addSql(
      `create unlogged table "limits"."log_in_rate" ("key" varchar(255) primary key, "points" int not null default 0, "expire" bigint);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table "limits"."log_in_rate";`);
    this.addSql(`alter table "audit_entry" drop constraint "audit_actor_check";`);
    this.addSql(
      `alter table "audit_entry" add constraint "audit_actor_check" check (actor_kind in ('operator', 'member', 'command', 'system'));`,
    );
    this.addSql(`drop table "audit_head";`);
    this.addSql(`drop table "totp_use";`);
  }
}
