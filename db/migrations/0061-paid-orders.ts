// Stored totals of days counted an unpaid order as paid, when money of it was booked because the merchant's wallet had refunded it
// (decision 0054). Those days are added up again when they are read.
import { Migration } from '@mikro-orm/migrations';

export class Migration0061PaidOrders extends Migration {
  override name = 'Migration0061PaidOrders';

  override up(): void | Promise<void> {
    this.addSql(`delete from "order_day_total" d using "booking" b
      where b.store_id = d.store_id and b.intent_id >= d.from_id and b.intent_id < d.before_id and b.kind = 'accepted'
        and not exists (select from "booking" p where p.intent_id = b.intent_id and p.kind = 'payment');`);
  }

  override down(): void | Promise<void> {}
}
