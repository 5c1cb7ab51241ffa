// The store of seeded orders and its API key, which is revoked because it has no secret.
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { openOrm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { type SeededOrders, seedOrders } from './seed-orders.ts';

const EMAIL = 'large@shop.example';
const DAYS = 365;

/** The store of an earlier run, or a new one. */
export const seedStore = async (client: Client, databaseUrl: string): Promise<string> => {
  const { rows } = await client.query<{ id: string }>(
    'select s.id from store s join merchant m on m.id = s.merchant_id where m.email = $1 order by s.created_at limit 1',
    [EMAIL],
  );
  if (rows[0]) return rows[0].id;
  const orm = await openOrm({ databaseUrl, poolSize: 1 });
  try {
    const { storeId } = await createMerchantAndStore(orm.em, { name: 'Large Shop', email: EMAIL });
    return storeId;
  } finally {
    await orm.close();
  }
};

/**
 * Fills a store with orders of the last year. Safe to repeat: the key's creation time keeps the time of the first run.
 * Throws UserError when there is no such store.
 * @returns the number of added orders
 */
export const fillStore = async (
  client: Client,
  storeId: string,
  orders: number,
  how: Pick<SeededOrders, 'onProgress' | 'helpers' | 'isNew' | 'withoutTimelines'> = {},
): Promise<number> => {
  const store = await client.query('select 1 from store where id = $1', [storeId]);
  if (!store.rowCount) throw new UserError('store_not_found', `There is no store ${storeId}.`);
  const apiKeyId = `st_${createHash('md5').update(`seed ${storeId} ${orders}`).digest('hex')}`;
  await client.query(
    `insert into api_key (id, store_id, name, sealed_secret, revoked_at) values ($1, $2, 'seeded orders', 'none', now())
     on conflict do nothing`,
    [apiKeyId, storeId],
  );
  const { rows } = await client.query<{ at: Date }>('select created_at as at from api_key where id = $1', [apiKeyId]);
  const newest = rows[0]?.at ?? new Date();
  return await seedOrders(client, { storeId, apiKeyId, orders, days: DAYS, newest, ...how });
};
