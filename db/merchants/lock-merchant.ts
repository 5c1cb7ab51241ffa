// Locks a merchant: changes of its people, its status and of where its money goes run one after another.
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';

/** Throws UserError `no_merchant`. */
export const lockMerchant = async (em: Em, merchantId: string): Promise<Merchant> => {
  const merchant = await em.findOne(Merchant, merchantId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!merchant) throw new UserError('no_merchant', `There is no merchant ${merchantId}`);
  return merchant;
};
