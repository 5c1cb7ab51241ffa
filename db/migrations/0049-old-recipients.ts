// Recipients of e-mails without an order are deleted with the message period (docs/security/personal-data.md).
import { Migration } from '@mikro-orm/migrations';

const check = (kinds: string): string =>
  `alter table "retention_cursor" add constraint "retention_kind_check" check (kind in (${kinds}));`;
const BEFORE = "'orders', 'webhooks', 'endpoints', 'emails', 'invitations', 'invoices'";

export class Migration0049OldRecipients extends Migration {
  override up(): void | Promise<void> {
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(check(`${BEFORE}, 'recipients'`));
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from "retention_cursor" where kind = 'recipients';`);
    this.addSql(`alter table "retention_cursor" drop constraint "retention_kind_check";`);
    this.addSql(check(BEFORE));
  }
}
