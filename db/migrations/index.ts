// The migrations in order. A list, not a folder scan: bundles and type stripping keep it whole.
import { Migration0001Initial } from './0001-initial.ts';
import { Migration0002ExtraTextAndRateLimits } from './0002-extra-text-and-rate-limits.ts';
import { Migration0003RelayerAccount } from './0003-relayer-account.ts';
import { Migration0004WebhookPendingIndex } from './0004-webhook-pending-index.ts';
import { Migration0005ScreeningClaimsAnnounced } from './0005-screening-claims-announced.ts';
import { Migration0006Accounts } from './0006-accounts.ts';
import { Migration0007MerchantsAndDelivery } from './0007-merchants-and-delivery.ts';
import { Migration0008SendBackOrders } from './0008-send-back-orders.ts';
import { Migration0009EmailDelivery } from './0009-email-delivery.ts';
import { Migration0010OrderIndexes } from './0010-order-indexes.ts';
import { Migration0011WebhookTests } from './0011-webhook-tests.ts';
import { Migration0012ReviewIndex } from './0012-review-index.ts';
import { Migration0013LooseMoneyAndPurges } from './0013-loose-money-and-purges.ts';
import { Migration0014Reports } from './0014-reports.ts';
import { Migration0015OrderListsAndDayTotals } from './0015-order-lists-and-day-totals.ts';
import { Migration0016ReportChainAndDispatchLanes } from './0016-report-chain-and-dispatch-lanes.ts';
import { Migration0017ReportSendBacks } from './0017-report-send-backs.ts';
import { Migration0018Bookings } from './0018-bookings.ts';
import { Migration0019Refunds } from './0019-refunds.ts';
import { Migration0020TokensAndStrayMoney } from './0020-tokens-and-stray-money.ts';
import { Migration0021RefundAddresses } from './0021-refund-addresses.ts';
import { Migration0022BooksCheck } from './0022-books-check.ts';

export const migrations = [
  { name: 'Migration0001Initial', class: Migration0001Initial },
  { name: 'Migration0002ExtraTextAndRateLimits', class: Migration0002ExtraTextAndRateLimits },
  { name: 'Migration0003RelayerAccount', class: Migration0003RelayerAccount },
  { name: 'Migration0004WebhookPendingIndex', class: Migration0004WebhookPendingIndex },
  { name: 'Migration0005ScreeningClaimsAnnounced', class: Migration0005ScreeningClaimsAnnounced },
  { name: 'Migration0006Accounts', class: Migration0006Accounts },
  { name: 'Migration0007MerchantsAndDelivery', class: Migration0007MerchantsAndDelivery },
  { name: 'Migration0008SendBackOrders', class: Migration0008SendBackOrders },
  { name: 'Migration0009EmailDelivery', class: Migration0009EmailDelivery },
  { name: 'Migration0010OrderIndexes', class: Migration0010OrderIndexes },
  { name: 'Migration0011WebhookTests', class: Migration0011WebhookTests },
  { name: 'Migration0012ReviewIndex', class: Migration0012ReviewIndex },
  { name: 'Migration0013LooseMoneyAndPurges', class: Migration0013LooseMoneyAndPurges },
  { name: 'Migration0014Reports', class: Migration0014Reports },
  { name: 'Migration0015OrderListsAndDayTotals', class: Migration0015OrderListsAndDayTotals },
  { name: 'Migration0016ReportChainAndDispatchLanes', class: Migration0016ReportChainAndDispatchLanes },
  { name: 'Migration0017ReportSendBacks', class: Migration0017ReportSendBacks },
  { name: 'Migration0018Bookings', class: Migration0018Bookings },
  { name: 'Migration0019Refunds', class: Migration0019Refunds },
  { name: 'Migration0020TokensAndStrayMoney', class: Migration0020TokensAndStrayMoney },
  { name: 'Migration0021RefundAddresses', class: Migration0021RefundAddresses },
  { name: 'Migration0022BooksCheck', class: Migration0022BooksCheck },
];
