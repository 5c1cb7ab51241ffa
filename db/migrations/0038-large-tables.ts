// What the migrations before need of tables that may have millions of rows, without a lock that stops payments: nothing here is in a
// transaction, and each statement can be run again after a failure.
import { Migration } from '@mikro-orm/migrations';
import { searchedTextOf } from './0036-order-search.ts';

const UNIQUE = 'webhook_intent_event_unique';

export class Migration0038LargeTables extends Migration {
  override name = 'Migration0038LargeTables';

  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`alter table "checkout_intent" validate constraint "intent_source_check";`);
    this.index('intent_source_index', `index`, `"checkout_intent" ("store_id", "source", "id") where source > 0`);

    this.replaceUnique("not in ('checkout_intent.refunded', 'checkout_intent.refund_removed')");

    this.index(
      'webhook_undelivered_index',
      'index',
      `"webhook_event" ("store_id", "created_at") where state in ('failed', 'disabled')`,
    );

    // The trigger writes what is written meanwhile.
    this.addSql(
      `insert into order_search (store_id, intent_id, text) select i.store_id, i.id, ${searchedTextOf('i')} from checkout_intent i
        on conflict (store_id, intent_id) do nothing;`,
    );
    this.index('order_search_trigram_index', 'index', `"order_search" using gin ("store_id", "text" gin_trgm_ops)`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index concurrently if exists "order_search_trigram_index";`);
    this.addSql(
      `delete from "webhook_attempt" where event_id in (select id from webhook_event where event_type = 'checkout_intent.refund_removed');`,
    );
    this.addSql(`delete from "webhook_event" where event_type = 'checkout_intent.refund_removed';`);
    this.addSql(`drop index concurrently if exists "webhook_undelivered_index";`);
    this.replaceUnique("<> 'checkout_intent.refunded'");
    this.addSql(`drop index concurrently if exists "intent_source_index";`);
  }

  /** One that failed halfway is there, and invalid. */
  private index(name: string, kind: 'index' | 'unique index', on: string): void {
    this.addSql(`drop index concurrently if exists "${name}";`);
    this.addSql(`create ${kind} concurrently "${name}" on ${on};`);
  }

  /** There is always one of the two. @param types the event types that an order has once */
  private replaceUnique(types: string): void {
    this.index(
      `${UNIQUE}_next`,
      'unique index',
      `"webhook_event" ("intent_id", "event_type") where event_type ${types}`,
    );
    this.addSql(`drop index concurrently if exists "${UNIQUE}";`);
    this.addSql(`alter index "${UNIQUE}_next" rename to "${UNIQUE}";`);
  }
}
