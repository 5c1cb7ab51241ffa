// An order that a member or an operator makes by hand. A repeated request, as by a second press, finds the first one.

import type { IntentId } from '#domain/ids.ts';
import { IdempotencyKey } from '../entities/store.entity.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import { findStore } from '../merchants/find-store.ts';
import type { Em } from '../orm.ts';
import { lockText } from '../sql.ts';
import { insertIntent } from './create-intent.ts';
import type { NewIntent } from './intent-columns.ts';

/** @param once names the request: the same text makes one order of the store. @returns the order's id */
export const createHandOrder = (entityManager: Em, intent: NewIntent, once: string, actor: Actor): Promise<IntentId> =>
  entityManager.fork().transactional(async (em) => {
    const { storeId } = intent;
    const key = `hand:${once}`;
    const { merchant } = await findStore(em, storeId);
    await lockText(em, `${storeId} ${key}`);
    const earlier = await em.findOne(IdempotencyKey, { storeId, key });
    if (earlier) return earlier.intentId as IntentId;
    await insertIntent(em, intent);
    await em.insert(IdempotencyKey, { storeId, key, bodySha256: '', intentId: intent.id, createdAt: intent.createdAt });
    await writeAudit(em, {
      actor,
      action: 'order.create',
      subjectKind: 'order',
      subjectId: intent.id,
      merchantId: merchant.id,
      storeId,
      data: { ...(intent.orderId ? { orderId: intent.orderId } : {}) },
    });
    return intent.id;
  });
