// What names an order's workflow, and whose order it is.
import type { IntentId, OrderRef } from '#domain/ids.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** Null when there is no such intent. */
export const readOrderRef = async (em: Em, id: IntentId): Promise<OrderRef | null> => {
  const intent = await em.fork().findOne(CheckoutIntent, { id }, { fields: ['orderId', 'oneWorkflow'] });
  return intent && { id, orderId: intent.orderId ?? null, oneWorkflow: intent.oneWorkflow };
};

export interface OrderOwner {
  storeId: string;
  storeName: string;
  storeIsTest: boolean;
  merchantId: string;
  merchantName: string;
}

/** Null when there is no such intent. */
export const readOrderOwner = async (em: Em, id: IntentId): Promise<OrderOwner | null> => {
  const owner = await kyselyOf(em.fork())
    .selectFrom('CheckoutIntent as i')
    .innerJoin('Store as s', 's.id', 'i.store')
    .innerJoin('Merchant as m', 'm.id', 's.merchant')
    .select([
      's.id as storeId',
      's.name as storeName',
      's.isTest as storeIsTest',
      'm.id as merchantId',
      'm.name as merchantName',
    ])
    .where('i.id', '=', id)
    .executeTakeFirst();
  return owner ?? null;
};
