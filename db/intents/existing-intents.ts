// Which of some ids are intents, for readers that hold nothing but ids.
import type { IntentId } from '#domain/ids.ts';
import type { Sql } from '../pool.ts';

export interface ExistingIntent {
  id: IntentId;
  /** The shop's. */
  orderId: string | null;
}

export const existingIntents = async (sql: Sql, ids: readonly string[]): Promise<ExistingIntent[]> => {
  const { rows } = await sql.query<ExistingIntent>({
    name: 'existing_intents_named',
    text: 'select id, order_id as "orderId" from checkout_intent where id = any($1)',
    values: [ids],
  });
  return rows;
};
