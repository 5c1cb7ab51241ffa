// What the dashboard's guards return: the visitor, the store and their rights. Types only, because browser code imports them too.

import type { MemberRole } from '#db/entities/merchant-people.entity.ts';
import type { Actor } from '#db/merchants/audit.ts';
import type { MemberStore } from '#db/merchants/members.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';

export type { MemberRole } from '#db/entities/merchant-people.entity.ts';
export type { Actor } from '#db/merchants/audit.ts';
export type { AccountStatus } from '#domain/store-standing.ts';

export type DashboardStore = Omit<MemberStore, 'role'>;

/** A store that an account may open, for the store switcher. */
export type StoreChoice = Pick<
  MemberStore,
  'id' | 'name' | 'isTest' | 'status' | 'merchantId' | 'merchantName' | 'merchantStatus' | 'role'
>;

export interface DashboardVisit {
  session: AccountSession;
  store: DashboardStore;
  role: MemberRole;
  /** Merchant or store is suspended: no changes. */
  readOnly: boolean;
  /** What owners and managers may do, the visitor may do now. */
  mayWrite: boolean;
  /** For the audit log. */
  actor: Actor;
}

export interface OperatorVisit {
  session: AccountSession;
  /** For the audit log. */
  actor: Actor;
}
