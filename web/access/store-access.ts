// Which stores an account may open, and with which role (decision 0040). Another merchant's store is not found, like one that does
// not exist.

import { findMemberStore, listMemberStores, type MemberStore } from '#db/merchants/members.ts';
import type { Orm } from '#db/orm.ts';
import { isIdOf } from '#domain/ids.ts';
import type { DashboardStore, MemberRole, StoreChoice } from './store-access-types.ts';

export interface DashboardAccess {
  /** Null for a store that the account may not open. */
  find(userId: string, storeId: string): Promise<{ store: DashboardStore; role: MemberRole } | null>;
  /** The stores that the account may open. */
  stores(userId: string): Promise<StoreChoice[]>;
}

export const createDashboardAccess = (orm: Orm): DashboardAccess => ({
  async find(userId, storeId) {
    if (!isIdOf('sto', storeId)) return null;
    const found = await findMemberStore(orm.em, userId, storeId);
    if (!found) return null;
    const { role, ...store } = found;
    return { store, role };
  },
  stores: async (userId) => (await listMemberStores(orm.em, userId)).map(choiceOf),
});

const choiceOf = ({
  id,
  name,
  isTest,
  status,
  merchantId,
  merchantName,
  merchantStatus,
  role,
}: MemberStore): StoreChoice => ({
  id,
  name,
  isTest,
  status,
  merchantId,
  merchantName,
  merchantStatus,
  role,
});
