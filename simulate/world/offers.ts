// What an order's page offers to refund.
import { readRefundableOrder } from '#db/refunds/refundable-order.ts';
import type { IntentId } from '#domain/ids.ts';
import type { RefundShare } from '#domain/refunds.ts';
import type { World } from './world.ts';

export const offersOf = async ({ database, store }: World, intentId: IntentId): Promise<RefundShare[]> =>
  (await readRefundableOrder(database.orm.em.fork(), store.storeId, intentId))?.shares ?? [];
