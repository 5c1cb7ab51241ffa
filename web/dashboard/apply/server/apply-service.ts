// Applications of merchants, what an applicant sees until an operator decides, and further stores.

import { provenAccount } from '#db/accounts/proven-account.ts';
import { addMerchantStore, applyAsMerchant } from '#db/merchants/merchants.ts';
import type { Orm } from '#db/orm.ts';
import { isWaiting } from '#domain/store-standing.ts';
import { formProblem, problemOf } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';
import type { DashboardAccess } from '#web/access/store-access.ts';
import type { DashboardVisit } from '#web/access/store-access-types.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import type { ApplicationFields, WaitingView } from './apply-types.ts';

export interface ApplyService {
  /** Null when the application was stored. */
  apply(session: AccountSession, fields: ApplicationFields): Promise<FormProblem | null>;
  waiting(session: AccountSession): Promise<WaitingView>;
  /** One more store of the same merchant. The caller has checked that the visitor is an owner. */
  addStore(
    visit: DashboardVisit,
    fields: { name: string; isTest: boolean },
  ): Promise<{ storeId: string } | FormProblem>;
}

export const createApplyService = (orm: Orm, access: DashboardAccess): ApplyService => ({
  apply: ({ userId }, fields) =>
    problemOf(async () => applyAsMerchant(orm.em, await provenAccount(orm.em, userId), fields)),

  async waiting({ userId, email, emailVerified }) {
    const stores = await access.stores(userId);
    const applied = stores.filter(({ merchantStatus }) => merchantStatus === 'applied');
    const names = new Map(applied.map(({ merchantId, merchantName }) => [merchantId, merchantName]));
    return {
      email,
      emailVerified,
      applications: [...names].map(([merchantId, name]) => ({ merchantId, name })),
      open: stores.filter((store) => !isWaiting(store)),
    };
  },

  async addStore({ store, actor }, fields) {
    try {
      return await addMerchantStore(orm.em, { merchantId: store.merchantId, actor, ...fields });
    } catch (error) {
      return formProblem(error);
    }
  },
});
