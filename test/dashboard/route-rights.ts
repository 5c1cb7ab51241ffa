// Who may use which routes, for the walk over all of them. A route that is not named here is checked with the strictest rules.
import { type DoorPage, needsFreshLogIn } from '#web/access/doors.ts';

/** Pages of an account, not of a store; test/e2e/dashboard-apply.test.ts covers who may open them. */
export const PERSONAL = [
  'dashboard/frame/pages/first-store',
  'dashboard/apply/pages/apply',
  'dashboard/apply/pages/waiting',
  'dashboard/frame/pages/security',
  'dashboard/team/pages/invitation',
];
/** Account pages without a log-in: a mailed link is what they ask for. All others need the account's own session. */
export const BEFORE_LOG_IN = [
  'account-frame',
  'log-in',
  'log-out',
  'sign-up',
  'forgot-password',
  'new-password',
  'recover',
  'recovery-complete',
  'recovery-link',
  'recovery-stop',
  'undo-email',
  'not-me',
  'let-in',
  'verify-start-clean',
].map((name) => `account/pages/${name}`);
/** Routes all of whose actions an old session may use (web/access/doors.ts); every other route, also a new one, needs a recent log-in. */
export const NEEDS_NO_FRESH = ['dashboard/reports/pages/report'];

/** Routes with some actions that need no recent log-in. */
const PAGES: Readonly<Record<string, DoorPage>> = {
  'dashboard/orders/pages/order': 'order',
  'dashboard/orders/pages/orders': 'orders',
  'dashboard/changes/pages/changes': 'changes',
  'operator/pages/proposals': 'proposals',
  'operator/pages/alerts': 'alerts',
};

/** Actions that need no recent log-in, by the table of doors. */
export const isOpenToOldLogIns = (routeId: string, act = ''): boolean => {
  const page = PAGES[routeId];
  return page !== undefined && !needsFreshLogIn(page, act);
};
/** Routes that a manager may not change. */
export const FOR_OWNERS = [
  'dashboard/apply/pages/new-store',
  'dashboard/refund/pages/refund-wallet',
  'dashboard/settings/pages/receiver',
  'dashboard/team/pages/team',
];
/** Routes with one button and no `do`. */
export const RESENDS = [
  'dashboard/webhooks/pages/webhook-event',
  'dashboard/endpoints/pages/delivery',
  'dashboard/reports/pages/report',
];
/** Routes of the server besides the pages, each with its own test. Add a new one here, with a test. */
export const BESIDE_THE_PAGES = [
  'GET,HEAD,POST /*',
  // The pages' own route, with a larger body limit for a logo.
  'POST /dashboard/:storeId/settings',
  'POST /dashboard/:storeId/settings.data',
  'POST /dashboard/:storeId/links/new',
  'POST /dashboard/:storeId/links/new.data',
  'POST /dashboard/:storeId/links/:linkId/edit',
  'POST /dashboard/:storeId/links/:linkId/edit.data',
  'GET,POST /api/auth/*',
  // Other methods get 405.
  'TRACE,DELETE,OPTIONS,PATCH,PUT,QUERY /*',
  'GET /checkout/:id/events',
  'GET /checkout/events',
  'GET /logos/:file',
  'GET /pictures/:file',
  'GET /docs/packages/:file',
  'GET /docs/postman.json',
  'GET /docs/reference',
  'GET /docs/reference/',
  'GET /docs/reference/js/scalar.js',
  // In development only.
  'GET /development-wallet/wallet.js',
  'POST /development-wallet/rpc',
  'GET /dev/mailbox',
  'GET /dev/mailbox/:id',
  'GET /dev/mailbox/:id/html',
];
