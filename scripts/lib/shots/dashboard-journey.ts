// Screenshots of the dashboard and the console: application, empty store, store with weeks of orders, as owner and viewer, and
// suspended.
import type { Browser, Page } from 'playwright-core';
import { Merchant, Store } from '#db/entities/store.entity.ts';
import { join } from '#test/dashboard/people.ts';
import { openPage } from '#test/e2e/support/browser.ts';
import { logInAs } from '#test/e2e/support/log-in.ts';
import type { Shoot } from './account-journey.ts';
import { fillShownStore, type ShownStore, type ShownWorld } from './dashboard-data.ts';

type Go = (path: string, name: string) => Promise<void>;

/** Names begin with `dashboard-` and `console-`. */
export const takeDashboardJourney = async (world: ShownWorld, browser: Browser, shoot: Shoot): Promise<void> => {
  const at =
    (page: Page, base = ''): Go =>
    async (path, name) => {
      await page.goto(`${world.url}${base}${path}`, { waitUntil: 'networkidle' });
      await shoot(page, name);
    };
  const visitors: Page[] = [];
  const visit = async (): Promise<Page> => {
    const page = await openPage(browser);
    page.setDefaultTimeout(60_000);
    visitors.push(page);
    return page;
  };
  const base = `/dashboard/${world.storeId}`;

  const applicant = await visit();
  await takeApplication(world, applicant, at(applicant), shoot);

  const owner = await visit();
  const account = await logInAs(owner.context(), world, 'annika.berg@nordlicht.example', 'merchant');
  await join(world.orm, world.storeId, account, 'owner');
  await takeEmptyStore(at(owner, base));
  const shown = await fillShownStore(world, { kind: 'member', id: account.userId, email: account.email });
  const viewer = await visit();
  const helper = await logInAs(viewer.context(), world, 'tomas@nordlicht.example', 'merchant');
  await join(world.orm, world.storeId, helper, 'viewer');
  await takeFilledStore(owner, at(owner, base), shown, shoot);
  await at(owner)('/dashboard/security', 'dashboard-security');
  await at(viewer)(shown.invitation, 'dashboard-invitation');
  await at(viewer)(shown.cancelChange, 'dashboard-cancel-change');
  await at(viewer, base)('/settings', 'dashboard-viewer-settings');
  await at(viewer, base)(`/orders/${shown.lateOrder}`, 'dashboard-viewer-order');
  await at(viewer, base)('/team', 'dashboard-viewer-team');
  await at(viewer, base)('/webhooks', 'dashboard-viewer-webhooks');
  await at(viewer, base)('/developers', 'dashboard-viewer-keys');
  await at(viewer, base)(`/orders/${shown.lateOrder}/send-back`, 'dashboard-refused');
  await takeSuspended(world, at(owner, base), shown);

  const operator = await visit();
  await logInAs(operator.context(), world, 'bd@allscale.example', 'operator');
  await takeConsole(operator, at(operator, '/operator'), shown, shoot);
  for (const page of visitors) await page.context().close();
};

const takeApplication = async (world: ShownWorld, page: Page, go: Go, shoot: Shoot): Promise<void> => {
  await go('/account/log-in?next=/dashboard', 'dashboard-log-in');
  await go('/dashboard/apply', 'dashboard-sign-up');
  await logInAs(page.context(), world, 'mara@papeterie.example', 'merchant');
  await go('/dashboard/apply', 'dashboard-apply');
  await page.getByLabel('Name').fill('Papeterie Mara');
  await page.getByLabel('Website').fill('not a website');
  await page.getByLabel('What do you sell').fill('Paper and ink.');
  await page.getByRole('button', { name: 'Send the application' }).click();
  await page.getByText('Must not contain spaces').waitFor();
  await shoot(page, 'dashboard-apply-problem');
  await page.getByLabel('Website').fill('papeterie.example');
  await page.getByRole('button', { name: 'Send the application' }).click();
  await page.getByRole('heading', { name: 'Thank you: we have your application' }).waitFor();
  await shoot(page, 'dashboard-waiting');
};

const takeEmptyStore = async (go: Go): Promise<void> => {
  await go('', 'dashboard-home-empty');
  await go('/orders', 'dashboard-orders-empty');
  await go('/reports', 'dashboard-reports-empty');
  await go('/webhooks', 'dashboard-webhooks-empty');
  await go('/requests', 'dashboard-requests-empty');
};

const takeFilledStore = async (page: Page, go: Go, shown: ShownStore, shoot: Shoot): Promise<void> => {
  await go('', 'dashboard-home');
  await openPalette(page);
  await page
    .getByRole('option', { name: /NL-20418/ })
    .first()
    .waitFor();
  await shoot(page, 'dashboard-palette');
  await page.keyboard.type('NL-');
  await page.getByText(/orders found/).waitFor();
  await shoot(page, 'dashboard-palette-search');
  await go('/orders', 'dashboard-orders');
  await go('/orders?tab=attention', 'dashboard-orders-attention');
  await go('/orders?coin=USDT&status=CONFIRMED&min=lots', 'dashboard-orders-problem');
  await go('/orders?q=nothing-like-it', 'dashboard-orders-none');
  await go(`/orders/${shown.paidOrder}`, 'dashboard-order');
  await go(`/orders/${shown.lateOrder}`, 'dashboard-order-late');
  await go(`/orders/${shown.lateOrder}/send-back`, 'dashboard-send-back');
  await go('/orders/export', 'dashboard-export');
  await go('/orders/new', 'dashboard-new-order');
  await go('/links', 'dashboard-links');
  await go('/links/new', 'dashboard-new-link');
  await go(`/links/${shown.linkId}`, 'dashboard-link');
  await go(`/links/${shown.linkId}/edit`, 'dashboard-link-edit');
  await go(`/links/${shown.linkId}/poster`, 'dashboard-poster');
  await go('/invoices', 'dashboard-invoices');
  await go('/invoices/new', 'dashboard-new-invoice');
  await go(`/invoices/${shown.invoiceId}`, 'dashboard-invoice');
  await go(`/invoices/${shown.invoiceId}/edit`, 'dashboard-invoice-edit');
  await go('/reports', 'dashboard-reports');
  await go('/reports/books', 'dashboard-books');
  await go(`/reports/${shown.reportId}`, 'dashboard-report');
  await go('/webhooks', 'dashboard-webhooks');
  await go('/webhooks?state=failed', 'dashboard-webhooks-failed');
  await go(`/webhooks/${shown.eventId}`, 'dashboard-webhook');
  await go('/endpoints', 'dashboard-endpoints');
  await go('/endpoints/new', 'dashboard-endpoint-new');
  await go(`/endpoints/${shown.endpointId}`, 'dashboard-endpoint');
  await go(`/endpoints/${shown.endpointId}/settings`, 'dashboard-endpoint-settings');
  await go(`/endpoints/${shown.endpointId}/deliveries/${shown.deliveryId}`, 'dashboard-endpoint-delivery');
  await go('/developers', 'dashboard-keys');
  await go(`/developers/${shown.keyId}`, 'dashboard-key');
  await go('/requests', 'dashboard-requests');
  await go(`/requests/${shown.requestId}`, 'dashboard-request');
  await go(`/debugger?request=${shown.requestId}`, 'dashboard-debugger');
  await page.getByLabel('API secret').fill(`st_${'5e'.repeat(32)}`);
  await page.getByLabel('X-Signature').fill('v1=bm90IHRoaXMgb25l');
  await page.getByText('The signatures differ').waitFor();
  await shoot(page, 'dashboard-debugger-slip');
  await go('/settings', 'dashboard-settings');
  for (const section of ['payments', 'receiver', 'connection', 'notifications']) {
    await go(`/settings/${section}`, `dashboard-settings-${section}`);
  }
  await go('/team', 'dashboard-team');
  await go('/changes', 'dashboard-changes');
  await go('/audit', 'dashboard-audit');
  await go('/new-store', 'dashboard-new-store');
  await go('/orders/000000000000000000000000', 'dashboard-not-found');
  await go('/developers', 'dashboard-keys');
  await page.getByLabel('Name').fill('Point of sale');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.locator('code').first().waitFor();
  await shoot(page, 'dashboard-key-made');
};

const takeSuspended = async (world: ShownWorld, go: Go, shown: ShownStore): Promise<void> => {
  const em = world.orm.em.fork();
  const { merchant } = await em.findOneOrFail(Store, world.storeId);
  const suspendedReason = 'We wait for the papers that we asked for on 12 November.';
  await em.nativeUpdate(Merchant, merchant.id, { status: 'suspended', suspendedReason });
  await go('', 'dashboard-suspended');
  await go(`/orders/${shown.lateOrder}`, 'dashboard-suspended-order');
  await go('/settings', 'dashboard-suspended-settings');
  await go('/team', 'dashboard-suspended-team');
  await go('/developers', 'dashboard-suspended-keys');
  await go('/webhooks', 'dashboard-suspended-webhooks');
  await em.nativeUpdate(Merchant, merchant.id, { status: 'active', suspendedReason: null });
};

const takeConsole = async (page: Page, go: Go, shown: ShownStore, shoot: Shoot): Promise<void> => {
  await go('', 'console-overview');
  await go('/merchants', 'console-merchants');
  await openPalette(page);
  await page.getByRole('option', { name: /Lantern Books/ }).waitFor();
  await shoot(page, 'console-palette');
  await go(`/merchants/${shown.appliedId}`, 'console-merchant-applied');
  await go(`/merchants/${shown.suspendedId}`, 'console-merchant-suspended');
  await go('/orders', 'console-orders');
  await go('/orders?q=nothing-like-it', 'console-orders-none');
  await go(`/orders/${shown.lateOrder}`, 'console-order');
  await go('/reviews', 'console-reviews');
  await go('/reviews?state=resolved', 'console-reviews-none');
  await go('/merchants?q=nobody-like-it', 'console-merchants-none');
  await go(`/reviews/${shown.reviewId}`, 'console-review');
  await page.getByLabel('Propose to accept', { exact: false }).check();
  await page.getByLabel('Reason').fill('The shop agreed to take it.');
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByText(/^Proposed\./).waitFor();
  await go('/proposals', 'console-proposals');
  await go(`/reviews/${shown.reviewId}`, 'console-review-proposed');
  await page.getByLabel('Close', { exact: false }).check();
  await page.getByLabel('Reason').fill('The shop returned the money from its own wallet.');
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByText('The decision').waitFor();
  await shoot(page, 'console-review-resolved');
  await go('/reviews?state=resolved', 'console-reviews-resolved');
  await go('/reviews/999999', 'console-not-found');
  await go('/chains', 'console-chains');
  await go('/settlements', 'console-settlements');
  await go('/treasury', 'console-treasury');
  await go('/alerts', 'console-alerts');
  await go('/recovery', 'console-recovery');
  await go('/receivers', 'console-receivers');
  await go('/emails', 'console-emails');
  await go('/audit', 'console-audit');
};

const openPalette = async (page: Page): Promise<void> => {
  // React stores an element's handlers under this name once the page is hydrated.
  await page.waitForFunction(() =>
    Object.keys(document.getElementById('page') ?? {}).some((key) => key.startsWith('__reactProps')),
  );
  await page.keyboard.press('Control+k');
};
