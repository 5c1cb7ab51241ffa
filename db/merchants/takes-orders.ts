// Which stores make orders. An applicant's test store does, so that a newcomer can try everything before an operator has decided; it
// mails nobody but the merchant's own people (db/delivery/email-delivery.ts).
import type { AccountStatus } from '../entities/store.entity.ts';

export interface StoreStanding {
  status: AccountStatus;
  merchantStatus: AccountStatus;
  isTest: boolean;
}

export const takesOrders = ({ status, merchantStatus, isTest }: StoreStanding): boolean =>
  status === 'active' && (merchantStatus === 'active' || (merchantStatus === 'applied' && isTest));

/** The same in SQL, of a store `s` and its merchant `m`. */
export const TAKES_ORDERS = `(s.status = 'active' and (m.status = 'active' or m.status = 'applied' and s.is_test))`;

/** Waits for an operator's decision. */
export const isWaiting = (store: StoreStanding): boolean =>
  (store.merchantStatus === 'applied' || store.status === 'applied') && !takesOrders(store);
