// What names an order's workflow.
import type { IntentId, OrderRef } from '#domain/ids.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';

/** Null when there is no such intent. */
export const readOrderRef = async (em: Em, id: IntentId): Promise<OrderRef | null> => {
  const intent = await em.fork().findOne(CheckoutIntent, { id }, { fields: ['orderId', 'oneWorkflow'] });
  return intent && { id, orderId: intent.orderId ?? null, oneWorkflow: intent.oneWorkflow };
};
