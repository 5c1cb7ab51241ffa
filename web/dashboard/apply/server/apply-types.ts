// What applicants send, and what they see while they wait for a decision.
import type { StoreChoice } from '#web/access/store-access-types.ts';

export interface ApplicationFields {
  name: string;
  website: string;
  about: string;
}

export interface WaitingView {
  email: string;
  /** The account's e-mail address was confirmed. */
  emailVerified: boolean;
  /** Merchants of this account that wait for an operator's decision. */
  applications: { merchantId: string; name: string }[];
  /** Stores of the account that are active or suspended. */
  open: StoreChoice[];
}
