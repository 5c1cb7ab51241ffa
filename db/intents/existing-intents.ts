// Which of some ids are intents, for readers that hold nothing but ids.
import type { Sql } from '../pool.ts';

export const existingIntents = async (sql: Sql, ids: readonly string[]): Promise<string[]> => {
  const { rows } = await sql.query<{ id: string }>({
    name: 'existing_intents',
    text: 'select id from checkout_intent where id = any($1)',
    values: [ids],
  });
  return rows.map(({ id }) => id);
};
