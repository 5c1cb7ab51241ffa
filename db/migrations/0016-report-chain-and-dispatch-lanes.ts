// Reports follow one another: no two of a kind begin at the same moment. Waiting e-mails have an index of their own in the outbox, so
// that the dispatcher finds payments and webhooks without reading past them.
import { Migration } from '@mikro-orm/migrations';

export class Migration0016ReportChainAndDispatchLanes extends Migration {
  override name = 'Migration0016ReportChainAndDispatchLanes';

  override up(): void | Promise<void> {
    this.addSql(`alter table "report" add constraint "report_chain_unique" unique ("store_id", "kind", "starts_at");`);
    this.addSql(`drop index "dispatch_pending_index";`);
    this.addSql(
      `create index "dispatch_pending_index" on "dispatch" ("available_at", "id") where done_at is null and kind <> 'start_email';`,
    );
    this.addSql(
      `create index "dispatch_pending_email_index" on "dispatch" ("available_at", "id") where done_at is null and kind = 'start_email';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "dispatch_pending_email_index";`);
    this.addSql(`drop index "dispatch_pending_index";`);
    this.addSql(`create index "dispatch_pending_index" on "dispatch" ("available_at", "id") where done_at is null;`);
    this.addSql(`alter table "report" drop constraint "report_chain_unique";`);
  }
}
