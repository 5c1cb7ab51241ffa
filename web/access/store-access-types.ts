// What the one door of the dashboard gives to a page: who is visiting, which store, and what may be done there. Plain data;
// browsers import these types too, so nothing here may pull a module in.

import type { MemberRole } from '#db/entities/merchant-people.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { MemberStore } from '#db/merchants/members.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';

export type { MemberRole } from '#db/entities/merchant-people.entity.ts';
export type { AccountStatus } from '#db/entities/store.entity.ts';
export type { Actor } from '#db/merchants/audit.ts';

export type DashboardStore = Omit<MemberStore, 'role'>;

/** A store that an account may open, for the switcher and the entrance. */
export type StoreChoice = Pick<
  MemberStore,
  'id' | 'name' | 'isTest' | 'status' | 'merchantId' | 'merchantName' | 'merchantStatus' | 'role'
>;

export interface DashboardVisit {
  session: AccountSession;
  store: DashboardStore;
  role: MemberRole;
  /** Nothing may be changed here: merchant or store is suspended. */
  readOnly: boolean;
  /** For the audit log. */
  actor: Actor;
}

export interface OperatorVisit {
  session: AccountSession;
  /** For the audit log. */
  actor: Actor;
}
