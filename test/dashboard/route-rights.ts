// Which routes are for whom, for the walk over all of them: a new route is walked as strictly as can be until it is named here.

/** Pages of a person, not of a store: who they let in is their own matter, and shown in test/e2e/dashboard-apply.test.ts. */
export const PERSONAL = [
  'dashboard/frame/pages/first-store',
  'dashboard/apply/pages/apply',
  'dashboard/apply/pages/waiting',
  'dashboard/frame/pages/security',
  'dashboard/team/pages/invitation',
];
/** Of an account: how one comes to have one and a session. Everything else of it is for whom it belongs to. */
export const BEFORE_LOG_IN = ['account-frame', 'log-in', 'log-out', 'sign-up', 'forgot-password', 'new-password'].map(
  (name) => `account/pages/${name}`,
);
/** What a day-old session may still change; every other act, a new one too, needs a log-in of the last minutes. */
export const NEEDS_NO_FRESH = [
  'dashboard/apply/pages/new-store',
  'dashboard/orders/pages/order',
  'dashboard/refund/pages/refund-wallet',
  'dashboard/reports/pages/report',
  'dashboard/settings/pages/store',
  'dashboard/settings/pages/notifications',
  'dashboard/settings/pages/payments',
  'dashboard/webhooks/pages/webhooks',
  'dashboard/webhooks/pages/webhook-event',
];
/** What a manager may not change. */
export const FOR_OWNERS = [
  'dashboard/apply/pages/new-store',
  'dashboard/refund/pages/refund-wallet',
  'dashboard/settings/pages/receiver',
  'dashboard/team/pages/team',
];
/** One button and no word for what it does. */
export const RESENDS = ['dashboard/webhooks/pages/webhook-event', 'dashboard/reports/pages/report'];
/** What the server answers beside the pages, each with its own test; a new one belongs here and gets one. */
export const BESIDE_THE_PAGES = [
  'GET,HEAD,POST /*',
  // The same door as the pages', with room for a logo.
  'POST /dashboard/:storeId/settings',
  'POST /dashboard/:storeId/settings.data',
  'GET,POST /api/auth/*',
  'GET /checkout/:id/events',
  'GET /logos/:file',
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
