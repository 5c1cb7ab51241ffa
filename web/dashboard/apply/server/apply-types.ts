// What applicants send, and what they see while they wait.
import type { StoreChoice } from '#web/access/store-access-types.ts';

export interface ApplicationFields {
  name: string;
  website: string;
  about: string;
}

export interface WaitingView {
  email: string;
  /** The owner has shown that this mailbox is theirs. */
  emailVerified: boolean;
  /** Merchants of this account that an operator has not decided about. */
  applications: { merchantId: string; name: string }[];
  /** Stores that can be opened. */
  open: StoreChoice[];
}
