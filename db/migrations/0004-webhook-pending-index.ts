import { Migration } from '@mikro-orm/migrations';

/** The reconciler looks for overdue webhooks, the longest overdue first. */
export class Migration0004WebhookPendingIndex extends Migration {
  override name = 'Migration0004WebhookPendingIndex';

  override up(): void {
    this.addSql(
      `create index "webhook_pending_index" on "webhook_event" (coalesce(next_attempt_at, created_at)) where state = 'pending';`,
    );
  }

  override down(): void {
    this.addSql(`drop index "webhook_pending_index";`);
  }
}
