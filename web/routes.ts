// The URL of every page and its file, in one table. A child renders inside its parent's frame. A route beside a frame (JSON for
// scripts, files, printed pages) renders without it.
import { readdirSync } from 'node:fs';
import { index, prefix, type RouteConfig, type RouteConfigEntry, route } from '@remix-run/route-config';

const checkout = prefix('checkout/:id', [
  route('', 'checkout/pages/checkout.tsx'),
  route('view', 'checkout/pages/view.ts'),
  route('browser', 'checkout/pages/browser.ts'),
  route('receipt', 'checkout/pages/receipt.tsx'),
  route('receipt-email', 'checkout/pages/receipt-email.tsx'),
  route('cancel', 'checkout/pages/cancel.tsx'),
  route('claim', 'checkout/pages/claim.tsx'),
  route('refund-address', 'checkout/pages/refund-address.tsx'),
  route('wallet', 'checkout/pages/browser-wallet.ts'),
  route('wallet/pick', 'checkout/pages/browser-wallet-pick.ts'),
  route('wallet/sent', 'checkout/pages/browser-wallet-sent.ts'),
  route('allscale', 'checkout/pages/allscale-pay.ts'),
  route('allscale/fill', 'checkout/pages/allscale-pay-fill.ts'),
  route('allscale/top-up', 'checkout/pages/allscale-pay-top-up.ts'),
  route('allscale/send', 'checkout/pages/allscale-pay-send.ts'),
]);

/** Public pages of payment links and invoices. */
const pay = [route('pay/:slug', 'pay/pages/link.tsx'), route('invoice/:token', 'pay/pages/invoice.tsx')];

const account = [
  route('account', 'account/pages/account-frame.tsx', [
    index('account/pages/balances.tsx'),
    route('log-in', 'account/pages/log-in.tsx'),
    route('log-out', 'account/pages/log-out.tsx'),
    route('sign-up', 'account/pages/sign-up.tsx'),
    route('forgot-password', 'account/pages/forgot-password.tsx'),
    route('new-password', 'account/pages/new-password.tsx'),
    route('recovery', 'account/pages/recovery.tsx'),
    route('security', 'account/pages/security.tsx'),
    route('wallet', 'account/pages/wallet.tsx'),
    route('withdraw', 'account/pages/withdraw.tsx'),
    route('delete', 'account/pages/delete.tsx'),
    route('verify', 'account/pages/verify.tsx'),
    route('recover', 'account/pages/recover.tsx'),
    route('email', 'account/pages/email.tsx'),
    route('change-email', 'account/pages/change-email.tsx'),
    route('undo-email', 'account/pages/undo-email.tsx'),
    route('not-me', 'account/pages/not-me.tsx'),
    route('let-in', 'account/pages/let-in.tsx'),
    route('recovery-link', 'account/pages/recovery-link.tsx'),
    route('recovery-stop', 'account/pages/recovery-stop.tsx'),
  ]),
  route('account/security/qr', 'account/pages/two-factor-qr.ts'),
  route('account/wallet/keys', 'account/pages/wallet-keys.ts'),
  route('account/verify/start-clean', 'account/pages/verify-start-clean.ts'),
  route('account/change-password', 'account/pages/change-password.ts'),
  route('account/change-email/confirm', 'account/pages/change-email-confirm.ts'),
  route('account/recovery-link/complete', 'account/pages/recovery-complete.ts'),
  route('account/withdraw/send', 'account/pages/withdraw-send.ts'),
];

const store = route(':storeId', 'dashboard/frame/pages/store-frame.tsx', [
  index('dashboard/home/pages/home.tsx'),
  route('palette', 'dashboard/frame/pages/palette.ts'),
  route('new-store', 'dashboard/apply/pages/new-store.tsx'),
  route('orders', 'dashboard/orders/pages/orders.tsx'),
  route('orders/changes', 'dashboard/orders/pages/orders-changes.ts'),
  route('orders/export', 'dashboard/orders/pages/export.tsx'),
  route('orders/export/csv', 'dashboard/orders/pages/export-csv.ts'),
  route('orders/:id', 'dashboard/orders/pages/order.tsx'),
  route('orders/:id/changes', 'dashboard/orders/pages/order-changes.ts'),
  route('orders/:id/send-back', 'dashboard/refund/pages/refund.tsx'),
  route('orders/:id/send-back/wallet', 'dashboard/refund/pages/refund-wallet.ts'),
  route('webhooks', 'dashboard/webhooks/pages/webhooks.tsx'),
  route('endpoints', 'dashboard/endpoints/pages/endpoints.tsx'),
  route('endpoints/new', 'dashboard/endpoints/pages/new-endpoint.tsx'),
  route('endpoints/:endpointId', 'dashboard/endpoints/pages/endpoint.tsx'),
  route('endpoints/:endpointId/settings', 'dashboard/endpoints/pages/endpoint-settings.tsx'),
  route('endpoints/:endpointId/deliveries/:deliveryId', 'dashboard/endpoints/pages/delivery.tsx'),
  route('webhooks/:eventId', 'dashboard/webhooks/pages/webhook-event.tsx'),
  route('developers', 'dashboard/developers/pages/keys.tsx'),
  route('developers/:keyId', 'dashboard/developers/pages/key.tsx'),
  route('requests', 'dashboard/developers/pages/requests.tsx'),
  route('requests/:requestId', 'dashboard/developers/pages/request.tsx'),
  route('debugger', 'dashboard/developers/pages/debugger.tsx'),
  route('orders/new', 'dashboard/orders/pages/new-order.tsx'),
  route('links', 'dashboard/links/pages/links.tsx'),
  route('links/new', 'dashboard/links/pages/link-new.tsx'),
  route('links/:linkId', 'dashboard/links/pages/link.tsx'),
  route('links/:linkId/edit', 'dashboard/links/pages/link-edit.tsx'),
  route('invoices', 'dashboard/invoices/pages/invoices.tsx'),
  route('invoices/new', 'dashboard/invoices/pages/invoice-new.tsx'),
  route('invoices/:invoiceId', 'dashboard/invoices/pages/invoice.tsx'),
  route('invoices/:invoiceId/edit', 'dashboard/invoices/pages/invoice-edit.tsx'),
  route('reports', 'dashboard/reports/pages/reports.tsx'),
  route('reports/books', 'dashboard/reports/pages/books.tsx'),
  route('reports/:reportId', 'dashboard/reports/pages/report.tsx'),
  route('reports/:reportId/csv', 'dashboard/reports/pages/report-csv.ts'),
  route('settings', 'dashboard/settings/pages/settings-frame.tsx', [
    index('dashboard/settings/pages/store.tsx'),
    route('payments', 'dashboard/settings/pages/payments.tsx'),
    route('receiver', 'dashboard/settings/pages/receiver.tsx'),
    route('connection', 'dashboard/settings/pages/connection.tsx'),
    route('notifications', 'dashboard/settings/pages/notifications.tsx'),
  ]),
  route('team', 'dashboard/team/pages/team.tsx'),
  route('changes', 'dashboard/changes/pages/changes.tsx'),
  route('audit', 'dashboard/audit/pages/audit.tsx'),
]);

const dashboard = [
  route('dashboard', 'dashboard/frame/pages/dashboard-frame.tsx', [
    index('dashboard/frame/pages/first-store.tsx'),
    route('apply', 'dashboard/apply/pages/apply.tsx'),
    route('waiting', 'dashboard/apply/pages/waiting.tsx'),
    route('security', 'dashboard/frame/pages/security.tsx'),
    route('invitation/:token', 'dashboard/team/pages/invitation.tsx'),
    route('cancel-change/:token', 'dashboard/changes/pages/cancel-change.tsx'),
    store,
  ]),
  // Printed, without the frame.
  route('dashboard/:storeId/links/:linkId/poster', 'dashboard/links/pages/poster.tsx'),
  // Links of e-mails: signed, for people who are not logged in.
  route('reports/csv', 'dashboard/reports/pages/signed-csv.ts'),
  route('reports/unsubscribe', 'dashboard/reports/pages/unsubscribe.tsx'),
];

const operator = route('operator', 'operator/pages/operator-frame.tsx', [
  index('operator/pages/overview.tsx'),
  route('palette', 'operator/pages/palette.ts'),
  route('merchants', 'operator/pages/merchants.tsx', { index: true }),
  route('merchants/:merchantId', 'operator/pages/merchant.tsx'),
  route('orders', 'operator/pages/orders.tsx', { index: true }),
  route('orders/:id', 'operator/pages/order.tsx'),
  route('reviews', 'operator/pages/reviews.tsx', { index: true }),
  route('reviews/:reviewId', 'operator/pages/review.tsx'),
  route('proposals', 'operator/pages/proposals.tsx'),
  route('settlements', 'operator/pages/settlements.tsx'),
  route('treasury', 'operator/pages/treasury.tsx'),
  route('receivers', 'operator/pages/receivers.tsx'),
  route('chains', 'operator/pages/chains.tsx'),
  route('emails', 'operator/pages/emails.tsx'),
  route('alerts', 'operator/pages/alerts.tsx'),
  route('audit', 'operator/pages/audit.tsx'),
  route('recovery', 'operator/pages/recovery.tsx'),
]);

const demo = route('demo', 'demo/pages/demo-frame.tsx', [
  index('demo/pages/shop.tsx'),
  route('orders', 'demo/pages/orders.tsx', { index: true }),
  route('orders/:id', 'demo/pages/order.tsx'),
  route('webhooks', 'demo/pages/webhooks.tsx'),
]);

/** Each page of the guide as Markdown. A path segment can't end in a fixed text, so each has a route of its own. */
const guideInMarkdown: RouteConfigEntry[] = readdirSync('docs/guide')
  .filter((file) => file.endsWith('.md'))
  .map((file) => route(`docs/${file}`, 'docs/pages/markdown-twin.ts', { id: `docs/${file}` }));

const docs = [
  route('docs', 'docs/pages/docs-frame.tsx', [
    index('docs/pages/docs-home.tsx'),
    route('search', 'docs/pages/search.tsx'),
    route(':page', 'docs/pages/guide-page.tsx'),
  ]),
  ...guideInMarkdown,
  route('docs.md', 'docs/pages/list-twin.ts'),
  route('docs/search.md', 'docs/pages/search-twin.ts'),
  route('llms.txt', 'docs/pages/llms.ts'),
  route('llms-full.txt', 'docs/pages/llms-full.ts'),
];

export default [
  index('home/pages/home.tsx'),
  ...checkout,
  ...pay,
  ...account,
  ...dashboard,
  operator,
  demo,
  ...docs,
  route('*', 'ui/pages/not-found.tsx'),
] satisfies RouteConfig;
