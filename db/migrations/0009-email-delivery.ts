import { Migration } from '@mikro-orm/migrations';

/** The pace of transports with a limit, the development mailbox, and the addresses of a store that must not be mailed again. */
export class Migration0009EmailDelivery extends Migration {
  override name = 'Migration0009EmailDelivery';

  override up(): void {
    this.addSql(
      `create table "email_pace" ("transport" text not null, "next_at" timestamptz not null, primary key ("transport"));`,
    );
    this.addSql(
      `create table "mailbox_message" ("id" text not null, "recipient" text not null, "subject_line" text not null, "html" text not null, "plain_text" text not null, "source" text not null, "received_at" timestamptz not null default now(), primary key ("id"));`,
    );
    this.addSql(`create index "mailbox_received_index" on "mailbox_message" ("received_at");`);
    this.addSql(
      `create index "email_suppressed_index" on "email_message" ("store_id", lower("recipient")) where state in ('bounced', 'complained');`,
    );
  }

  override down(): void {
    this.addSql(`drop index "email_suppressed_index";`);
    this.addSql(`drop table "mailbox_message";`);
    this.addSql(`drop table "email_pace";`);
  }
}
