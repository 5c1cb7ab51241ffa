// A store by its id.
import { UserError } from '#domain/errors.ts';
import { Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';

/** Throws UserError `store_not_found`. */
export const findStore = async (em: Em, storeId: string): Promise<Store> => {
  const store = await em.findOne(Store, storeId);
  if (!store) throw new UserError('store_not_found', `There is no store ${storeId}.`);
  return store;
};
