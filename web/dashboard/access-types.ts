// What the one door of the dashboard gives to a page: who is visiting, which store, and what may be done there. Plain data;
// browsers import these types too, so nothing here may pull a module in.
import type { Actor } from '#db/queries/audit.ts';
import type { MemberRole } from '../../db/entities/merchant-people.entity.ts';
import type { AccountStatus } from '../../db/entities/store.entity.ts';
import type { AccountSession } from '../account/account-types.ts';

export type { Actor } from '#db/queries/audit.ts';
export type { MemberRole } from '../../db/entities/merchant-people.entity.ts';
export type { AccountStatus } from '../../db/entities/store.entity.ts';

export interface DashboardStore {
  id: string;
  name: string;
  /** A path of this server or an https address; null shows initials. */
  logoUrl: string | null;
  /** `#rrggbb`, or null for the frame's own. */
  accentColor: string | null;
  /** IANA name. */
  timeZone: string;
  status: AccountStatus;
  isTest: boolean;
  merchantId: string;
  merchantName: string;
  merchantStatus: AccountStatus;
  /** Why the merchant is suspended, in words for it; null unless it is. */
  suspendedReason: string | null;
}

/** A store that an account may open, for the switcher and the entrance. */
export interface StoreChoice {
  id: string;
  name: string;
  isTest: boolean;
  status: AccountStatus;
  merchantId: string;
  merchantName: string;
  merchantStatus: AccountStatus;
  role: MemberRole;
}

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
