// Which routes are for whom, for the walk over all of them: a new route is walked as strictly as can be until it is named here.

/** Pages of a person, not of a store: who they let in is their own matter, and shown in test/e2e/dashboard-apply.test.ts. */
export const PERSONAL = [
  'routes/dashboard._index',
  'routes/dashboard.apply',
  'routes/dashboard.waiting',
  'routes/dashboard.security',
  'routes/dashboard.invitation.$token',
];
/** Of an account: how one comes to have one and a session. Everything else of it is for whom it belongs to. */
export const BEFORE_LOG_IN = ['', '/log-in', '/log-out', '/sign-up', '/forgot-password', '/new-password'].map(
  (path) => `routes/account${path.replace('/', '.')}`,
);
/** What a day-old session may still change; every other act, a new one too, needs a log-in of the last minutes. */
export const NEEDS_NO_FRESH = [
  'routes/dashboard.$storeId.new-store',
  'routes/dashboard.$storeId.orders_.$id',
  'routes/dashboard.$storeId.orders_.$id_.send-back_.wallet',
  'routes/dashboard.$storeId.reports_.$reportId',
  'routes/dashboard.$storeId.settings._index',
  'routes/dashboard.$storeId.settings.notifications',
  'routes/dashboard.$storeId.settings.payments',
  'routes/dashboard.$storeId.webhooks',
  'routes/dashboard.$storeId.webhooks_.$eventId',
];
/** What a manager may not change. */
export const FOR_OWNERS = [
  'routes/dashboard.$storeId.new-store',
  'routes/dashboard.$storeId.orders_.$id_.send-back_.wallet',
  'routes/dashboard.$storeId.settings.receiver',
  'routes/dashboard.$storeId.team',
];
/** One button and no word for what it does. */
export const RESENDS = ['routes/dashboard.$storeId.webhooks_.$eventId', 'routes/dashboard.$storeId.reports_.$reportId'];
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
  'GET /dev/emails',
  'GET /dev/emails/html',
];
