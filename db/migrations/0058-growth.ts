// Tables that grow for ever: indexes by which old rows are found, and a vacuum that keeps up with their deletion. Nothing here holds a lock
// that stops payments: it is in no transaction, and each statement can be run again after a failure.
import { Migration } from '@mikro-orm/migrations';

/** By the median of a row's life, they are rewritten or deleted: dead rows must not wait for a fifth of the table. */
const CHURNED = [
  'dispatch',
  'api_nonce',
  'webhook_event',
  'webhook_attempt',
  'endpoint_delivery',
  'endpoint_attempt',
  'email_message',
];

export class Migration0058Growth extends Migration {
  override name = 'Migration0058Growth';

  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.index('webhook_created_index', `"webhook_event" ("created_at")`);
    this.index('kept_claim_done_index', `"kept_claim" ("created_at") where next_check_at is null`);
    this.index('recheck_done_index', `"block_recheck" ("done_at") where done_at is not null`);
    for (const table of CHURNED) this.addSql(`alter table "${table}" set (autovacuum_vacuum_scale_factor = 0.02);`);
  }

  override down(): void | Promise<void> {
    for (const table of CHURNED) this.addSql(`alter table "${table}" reset (autovacuum_vacuum_scale_factor);`);
    for (const name of ['recheck_done_index', 'kept_claim_done_index', 'webhook_created_index']) {
      this.addSql(`drop index concurrently if exists "${name}";`);
    }
  }

  /** One that failed halfway is there, and invalid. */
  private index(name: string, on: string): void {
    this.addSql(`drop index concurrently if exists "${name}";`);
    this.addSql(`create index concurrently "${name}" on ${on};`);
  }
}
