// Which stores make orders. An applicant's test store does, so that a newcomer can try everything before an operator has decided; it
// mails nobody but the merchant's own people (db/delivery/email-delivery.ts).

/** Of a merchant, and of a store. */
export type AccountStatus = 'applied' | 'active' | 'suspended';

export interface StoreStanding {
  status: AccountStatus;
  merchantStatus: AccountStatus;
  isTest: boolean;
}

/** db/api/authenticate.ts has the same in SQL. */
export const takesOrders = ({ status, merchantStatus, isTest }: StoreStanding): boolean =>
  status === 'active' && (merchantStatus === 'active' || (merchantStatus === 'applied' && isTest));

/** Waits for an operator's decision. */
export const isWaiting = (store: StoreStanding): boolean =>
  (store.merchantStatus === 'applied' || store.status === 'applied') && !takesOrders(store);
