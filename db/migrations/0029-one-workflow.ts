// One workflow for each order (decision 0068): which orders have it, and which deliveries have a workflow of their own. The defaults
// are what an older release does, because it may write beside this one.
import { Migration } from '@mikro-orm/migrations';

export class Migration0029OneWorkflow extends Migration {
  override name = 'Migration0029OneWorkflow';

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" add "one_workflow" boolean not null default false;`);
    this.addSql(`alter table "webhook_event" add "own_workflow" boolean not null default true;`);
    this.addSql(`alter table "email_message" add "own_workflow" boolean not null default true;`);
    this.addSql(
      `create index "webhook_intent_pending_index" on "webhook_event" ("intent_id") where state = 'pending';`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "webhook_intent_pending_index";`);
    this.addSql(`alter table "email_message" drop column "own_workflow";`);
    this.addSql(`alter table "webhook_event" drop column "own_workflow";`);
    this.addSql(`alter table "checkout_intent" drop column "one_workflow";`);
  }
}
