// Open intents that nobody has paid, in any number: what a watcher looks for.
import { randomBytes } from 'node:crypto';
import type { Orm } from '#db/orm.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { RECEIVER } from './new-intent.ts';

interface OpenIntents {
  storeId: string;
  apiKey: string;
  chainId: number;
  count: number;
}

/** @returns their deposit addresses */
export const fillOpenIntents = async (
  orm: Orm,
  { storeId, apiKey, chainId, count }: OpenIntents,
): Promise<Address[]> => {
  const addresses = Array.from({ length: Math.max(count, 0) }, () =>
    toChecksumAddress(`0x${randomBytes(20).toString('hex')}`),
  );
  if (addresses.length === 0) return addresses;
  await orm.em.fork().execute(
    `insert into checkout_intent (id, store_id, api_key_id, status, stable_coin, amount_cents, amount_units, accepted_stable_coins,
       accepted_chain_ids, tolerance_bps, extension_seconds, factory, receiver, fee_receiver, fee_rate_e9, deposit_address,
       expires_at, created_at, updated_at)
     select substr(md5(random()::text || address), 1, 24), ?, ?, 3, 1, 1000, 10000000000000000000, '{1}', array[?::int], 50, 1800,
       ?, ?, ?, 0, address, now() + interval '1 hour', now(), now()
     from jsonb_array_elements_text(?::jsonb) as a(address)`,
    [storeId, apiKey, chainId, RECEIVER, RECEIVER, RECEIVER, JSON.stringify(addresses)],
  );
  await orm.em.fork().execute('analyze checkout_intent');
  return addresses;
};
