// The one order of row locks over a business: its merchant, then a store, then a waiting change, key, member or invitation. Everything
// that changes these takes the merchant's lock first, so two of them never wait for each other. The audit log's lock comes after all.
//
// The locks are `for no key update`: rows that only refer to a merchant or store (orders, e-mails) are added meanwhile.
import { UserError } from '#domain/errors.ts';
import { Merchant, Store } from '../entities/store.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { findStore } from './find-store.ts';

/** Throws UserError `no_merchant`. */
export const lockMerchant = async (em: Em, merchantId: string): Promise<Merchant> => {
  await kyselyOf(em).selectFrom('Merchant').select('id').where('id', '=', merchantId).forNoKeyUpdate().execute();
  // Read after the lock: another transaction may have changed it while this one waited.
  const merchant = await em.findOne(Merchant, merchantId, { refresh: true });
  if (!merchant) throw new UserError('no_merchant', `There is no merchant ${merchantId}`);
  return merchant;
};

/** Locks the store's merchant, then the store. Throws UserError `store_not_found`. */
export const lockStore = async (em: Em, storeId: string): Promise<Store> => {
  const { merchant } = await findStore(em, storeId);
  await lockMerchant(em, merchant.id);
  await kyselyOf(em).selectFrom('Store').select('id').where('id', '=', storeId).forNoKeyUpdate().execute();
  return await em.findOneOrFail(Store, storeId, { refresh: true });
};
