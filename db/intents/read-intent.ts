// Reads an intent for its store. Every query names the store, so the intents of other stores are not found.
import type { IntentId } from '#domain/ids.ts';
import type { IntentStatus } from '#domain/status.ts';
import { CheckoutIntent } from '../entities/intent.entity.ts';
import type { Em } from '../orm.ts';
import type { Sql } from '../pool.ts';

export const readIntent = (entityManager: Em, storeId: string, id: IntentId): Promise<CheckoutIntent | null> =>
  entityManager.fork().findOne(CheckoutIntent, { id, store: storeId });

/** Reads only the status, for shops that poll: one prepared statement on the primary key. */
export const readIntentStatus = async (sql: Sql, storeId: string, id: IntentId): Promise<IntentStatus | undefined> => {
  const { rows } = await sql.query<{ status: IntentStatus }>({
    name: 'intent-status',
    text: 'select status from checkout_intent where id = $1 and store_id = $2',
    values: [id, storeId],
  });
  return rows[0]?.status;
};
