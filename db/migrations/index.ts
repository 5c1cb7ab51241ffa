// The migrations in order. A list, not a folder scan: bundles and type stripping keep it whole.
import { Migration0001Initial } from './0001-initial.ts';
import { Migration0002ExtraTextAndRateLimits } from './0002-extra-text-and-rate-limits.ts';
import { Migration0003RelayerAccount } from './0003-relayer-account.ts';

export const migrations = [
  { name: 'Migration0001Initial', class: Migration0001Initial },
  { name: 'Migration0002ExtraTextAndRateLimits', class: Migration0002ExtraTextAndRateLimits },
  { name: 'Migration0003RelayerAccount', class: Migration0003RelayerAccount },
];
