// The operator's console in a real browser with real workers: an application is activated with its fee, late money is accepted and the
// order becomes paid, and every page is accessible by keyboard and screen reader.
import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { applyAsMerchant } from '#db/merchants/merchants.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { addProvenAccount } from '#test/support/accounts.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { expectWorksByKeyboard } from './support/keyboard.ts';
import { logInAs } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

const random = (): string => randomBytes(4).toString('hex');

let system: PaymentSystem;
let chain: TestChain;
let world: CheckoutWorld;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [system, chain] = await Promise.all([startPaymentSystem(), startTestChain()]);
  world = await openCheckoutWorld(system.databaseUrl, { host: 'localhost', rpcUrls: { 31337: chain.rpcUrl } });
  browser = await launchBrowser();
  page = await openPage(browser);
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await Promise.all([system?.stop(), chain?.stop()]);
});

const look = async (path: string, heading: string | RegExp): Promise<void> => {
  await page.goto(`${world.url}${path}`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await untilHydrated(page);
  await expectRightInEveryLook(page, path);
  await expectWorksByKeyboard(page, path);
  await page.setViewportSize({ width: 1280, height: 900 });
};

/** A checkout whose whole price arrived an hour after it ended. */
const lateMoney = async (): Promise<{ id: IntentId; reviewId: string }> => {
  const expiresAt = new Date(Date.now() - 7_200_000);
  const id = (await world.intent({ expiresAt, status: IntentStatus.TIMEOUT } as never)) as IntentId;
  const transferId = await world.transfer(id, {
    amount: '25.0025',
    state: 'confirmed',
    blockTime: new Date(Date.now() - 3_600_000),
  });
  await changeIntent(world.orm.em.fork(), {
    intentId: id,
    actor: 'workflow',
    to: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind: 'late', transferId: String(transferId) }],
  });
  const [row] = await world.orm.em
    .fork()
    .execute<{ id: string }[]>('select id::text from review_item where intent_id = ?', [id]);
  return { id, reviewId: row?.id ?? '' };
};

test('the console exists for operators only', async () => {
  const visitor = await openPage(browser);
  const paths = [
    '',
    '/merchants',
    '/reviews',
    '/reviews/1',
    '/orders',
    `/orders/${await world.intent()}`,
    '/chains',
    '/settlements',
    '/treasury',
    '/receivers',
    '/emails',
    '/audit',
    '/recovery',
    '/alerts',
    '/proposals',
  ];
  for (const path of paths) {
    await visitor.goto(`${world.url}/operator${path}`);
    expect(new URL(visitor.url()).pathname).toBe('/account/log-in');
  }
  await logInAs(visitor.context(), world, `${random()}@example.com`, 'merchant');
  for (const path of paths) {
    const response = await visitor.goto(`${world.url}/operator${path}`);
    expect(response?.status(), path).toBe(404);
  }
  const { reviewId } = await lateMoney();
  const posted = await visitor.context().request.post(`${world.url}/operator/reviews/${reviewId}`, {
    headers: { origin: world.url },
    form: { do: 'resolve', outcome: 'closed', reason: 'mine' },
  });
  expect(posted.status()).toBe(404);
  expect(await world.orm.em.fork().execute('select state from review_item where id = ?', [reviewId])).toEqual([
    { state: 'open' },
  ]);
  await visitor.context().close();
});

/** Another operator, in a browser of their own. */
const secondConfirms = async (): Promise<void> => {
  const second = await openPage(browser);
  await logInAs(second.context(), world, `${random()}@example.com`, 'operator');
  await second.goto(`${world.url}/operator`);
  await second.getByRole('link', { name: /^Proposals/ }).click();
  await second.getByRole('button', { name: 'Confirm' }).click();
  await second.getByText('Confirmed: it is done.').waitFor();
  await second.context().close();
};

test('an operator activates an applicant, and accepts late money as the payment', async () => {
  const { email } = await logInAs(page.context(), world, `${random()}@example.com`, 'operator');
  const { merchantId, storeId } = await applyAsMerchant(
    world.orm.em,
    await addProvenAccount(world.orm, { userId: 'applicant', email: `${random()}@lantern.example` }),
    {
      name: 'Lantern Books',
      website: 'lantern.example',
      about: 'Second-hand books, about 300 orders a month, most of them in Europe.',
    },
  );
  await page.goto(`${world.url}/operator`);
  await page.getByRole('link', { name: /^Look at them/ }).click();
  await page.getByRole('link', { name: 'Lantern Books' }).first().click();
  await page.getByText('Second-hand books').waitFor();
  // An invalid fee is rejected at its field, and the input is kept.
  await page.getByLabel('Fee in percent').first().fill('a lot');
  await page.getByLabel('Reason').first().fill('Register and website looked at');
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('Must be a percentage').waitFor();
  expect(await page.getByLabel('Reason').first().inputValue()).toBe('Register and website looked at');
  await page.getByLabel('Fee in percent').first().fill('0.45');
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('The merchant is active').waitFor();
  const [store] = await world.orm.em
    .fork()
    .execute<{ status: string; fee_bps: number }[]>('select status, fee_bps from store where id = ?', [storeId]);
  expect(store).toEqual({ status: 'active', fee_bps: 45 });

  const { id, reviewId } = await lateMoney();
  await page.getByRole('link', { name: /Review queue/ }).click();
  await page.locator(`a[href="/operator/reviews/${reviewId}"]`).click();
  await page.getByText(/mined 1 h after the checkout ended/).waitFor();
  await look(`/operator/reviews/${reviewId}`, /^Late/);
  await page.getByLabel('Propose to accept', { exact: false }).check();
  await page.getByLabel('Reason').fill('The shop agreed to take it');
  // An old log-in must be renewed, and the input is kept.
  const setLogIn = (time: string) => world.orm.em.fork().execute(`update auth.session set "createdAt" = ${time}`);
  await setLogIn("now() - interval '1 hour'");
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByText('Nothing was done: log in again first').waitFor();
  expect(await page.getByLabel('Reason').inputValue()).toBe('The shop agreed to take it');
  expect(await page.getByLabel('Propose to accept', { exact: false }).isChecked()).toBe(true);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await setLogIn('now()');
  await page.getByRole('button', { name: 'Decide' }).click();
  await page.getByText(/^Proposed\./).waitFor();
  await page.goto(`${world.url}/operator/proposals`);
  await page.getByText('another operator confirms it.').waitFor();
  expect(await page.getByRole('button', { name: 'Confirm' }).count()).toBe(0);
  await look('/operator/proposals', 'Proposals');
  expect(await system.statusOf(id)).toBe(IntentStatus.PENDING_MANUAL_OPERATION);
  await secondConfirms();
  await page.goto(`${world.url}/operator/reviews/${reviewId}`);
  await page.getByText('The shop agreed to take it').waitFor();
  await system.untilStatus(id, IntentStatus.CONFIRMED, 30_000);

  await page.goto(`${world.url}/operator/audit?subject=${id}`);
  await page.getByRole('cell', { name: /The shop agreed to take it/ }).waitFor();
  await page
    .getByRole('cell', { name: new RegExp(email) })
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'Verify the chain' }).click();
  await page.getByText(/The chain is intact: verified up to entry \d+/).waitFor();

  // As they are now. `merchant-pages.test.ts` looks at all pages of the console.
  const pages = [
    [`/operator/merchants/${merchantId}`, 'Lantern Books'],
    ['/operator/reviews', 'Review queue'],
    [`/operator/reviews/${reviewId}`, /^Late/],
    ['/operator/reviews/999999', 'There is no such page'],
  ] as const;
  for (const [path, heading] of pages) await look(path, heading);
}, 240_000);

test('a fee proposal is on the merchant’s page; its proposer cannot confirm it, in whatever form it is sent; old buttons go', async () => {
  const [merchant] = await world.orm.em
    .fork()
    .execute<{ id: string; name: string }[]>(
      'select m.id, m.name from merchant m join store s on s.merchant_id = m.id where s.id = ?',
      [world.storeId],
    );
  const merchantPath = `/operator/merchants/${merchant?.id}`;
  await page.goto(`${world.url}${merchantPath}`);
  await untilHydrated(page);
  await page.getByText('Propose another fee').click();
  const form = page.locator('details[open]');
  await form.getByLabel('Fee in percent').fill('0.45');
  await form.getByLabel('Reason').fill('Volume grew');
  await form.getByRole('button', { name: 'Propose the fee' }).click();
  await page.getByText(/^Proposed\./).waitFor();
  const waiting = page.getByTestId('waiting-proposals');
  await waiting.getByText(/fee from [\d.]+%, at least [\d.]+ to 0\.45%, at least/).waitFor();
  await waiting.getByText('Volume grew').waitFor();
  await look(merchantPath, merchant?.name ?? '');

  const [proposal] = await world.orm.em
    .fork()
    .execute<{ id: string }[]>(`select id from operator_proposal where state = 'waiting'`);
  const forge = (path: string) =>
    page.context().request.post(`${world.url}${path}`, {
      headers: { origin: world.url },
      form: { do: 'confirm', subject: proposal?.id ?? '' },
    });
  for (const path of ['/operator/proposals', '/operator/proposals.data']) {
    const response = await forge(path);
    expect([path, response.status()]).toEqual([path, 403]);
    expect(await response.text()).toContain('You proposed this yourself: another operator must confirm it.');
  }
  const old = await forge('/operator/proposals?_data=operator%2Fpages%2Fproposals');
  expect([old.status(), await old.text()]).toEqual([400, expect.stringContaining('nothing was read or done')]);

  const second = await openPage(browser);
  await logInAs(second.context(), world, `${random()}@example.com`, 'operator');
  await second.goto(`${world.url}${merchantPath}`);
  await second.getByRole('link', { name: 'Confirm or withdraw it' }).click();
  await second.getByRole('button', { name: 'Confirm' }).waitFor();
  // The proposer withdraws it while the other one has the page open.
  await page.getByRole('link', { name: 'See or withdraw it' }).click();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('Withdrawn: nothing was changed.').waitFor();
  await second.getByRole('button', { name: 'Confirm' }).click();
  await second.getByText('This proposal no longer waits. Nothing has changed by this.').waitFor();
  await second.getByText('Nothing waits').waitFor();
  expect(await second.getByRole('button', { name: /Confirm|Withdraw/ }).count()).toBe(0);
  await second.context().close();
});

test('alerts: what began is on the overview and in the rail; an operator sends a test and switches the e-mails off', async () => {
  await world.orm.em.fork().execute(
    `insert into operator_alert (kind, chain_id, figure, seen_at, began_at, last_true_at)
     values ('relayer_low', 31337, 42, now() - interval '1 hour', now() - interval '59 minutes', now())`,
  );
  await look('/operator', 'Overview');
  await page.getByText('Local Chain A: the relayer’s gas pays 42 more settlements').waitFor();
  await page.getByRole('link', { name: 'See the alerts' }).click();
  await look('/operator/alerts', 'Alerts');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('A test is on its way').waitFor();
  await page.getByRole('button', { name: 'Stop e-mails to me' }).click();
  await page.getByText('Alerts are not mailed to you any more.').waitFor();
  await page.getByRole('button', { name: 'E-mail alerts to me' }).waitFor();
});

test('what a shopper or a merchant names finds an order, by typing or in the list; its page tells its story and leads on', async () => {
  const orderId = `Lamp-${random()}`;
  const { id, reviewId } = await lateMoney();
  await world.orm.em.fork().nativeUpdate(CheckoutIntent, id, { orderId, shopperEmail: 'ines.castro@example.com' });
  await page.goto(`${world.url}/operator`);
  await untilHydrated(page);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search' });
  await palette.getByPlaceholder('Page, order, or merchant').fill(orderId.slice(3).toLowerCase());
  await palette.getByRole('option', { name: new RegExp(orderId), selected: true }).waitFor();
  await palette.getByText('1 order or merchant found.').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();
  await look(`/operator/orders/${id}`, `Order ${orderId}`);
  await page.getByText('ines.castro@example.com').waitFor();
  expect(await page.getByRole('main').locator('form, button[type=submit]').count()).toBe(0);
  await page.getByRole('link', { name: /^Late.*\(open\)$/ }).click();
  await page.waitForURL(`**/operator/reviews/${reviewId}`);
  await page.getByRole('link', { name: orderId }).click();
  await page.getByRole('heading', { level: 1, name: `Order ${orderId}` }).waitFor();

  await page.getByRole('navigation').getByRole('link', { name: 'Orders' }).click();
  await page.getByLabel(/^Order id, transaction/).fill('Ines.Castro@EXAMPLE');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: new RegExp(orderId) }).waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await look('/operator/orders?q=nobody+has+this', 'Orders');
  await page.getByText('No order matches').waitFor();
  await look(`/operator/orders?q=${'x'.repeat(200)}`, 'Orders');
  await page.getByText('This cannot be searched for').waitFor();
  expect((await page.goto(`${world.url}/operator/orders/${'0'.repeat(24)}`))?.status()).toBe(404);
});

/** Two keys of the first chain, the second without coins and in trouble; transactions of both, mined, failed and in flight. */
const addRelayerRows = async (intentId: string): Promise<void> => {
  const em = world.orm.em.fork();
  const [mined, failed, sent] = ['11', '22', '33'].map((byte) => `0x${byte.repeat(32)}`);
  const [key, other] = [localAccount('relayer').address, `0x${'3c'.repeat(20)}`];
  await em.execute(
    `insert into relayer_account (chain_id, address, next_nonce, lease_owner, lease_until, trouble)
     values (31337, ?, 214, 'worker-1', now() + interval '1 hour', null),
       (31337, ?, 37, 'worker-1', now() + interval '1 hour', 'the gas price is above the cap')`,
    [key, other],
  );
  const row = `(31337, ?, ?, 1, '0x', ?, 2000000000, ?, now() - interval '20 minutes', ?, ?, ?)`;
  await em.execute(
    `insert into relayer_tx (chain_id, relayer, nonce, attempt, raw_tx, tx_hash, max_fee_per_gas, state, created_at, mined_at, gas_used, fee_wei)
     values ${row}, ${row}, ${row}`,
    [
      ...[key, 213, mined, 'mined', new Date(), 120_000, '240000000000000'],
      ...[other, 35, failed, 'failed', new Date(), 60_000, '120000000000000'],
      ...[other, 36, sent, 'sent', null, null, null],
    ],
  );
  await em.execute(
    `insert into settlement (intent_id, chain_id, token, state, net_base_units, fee_base_units, settled_at, tx_hash, log_index, final_at)
     select ?, 31337, ?, 'settled', 24887500, 112500, now(), ?, 0, now()`,
    [intentId, LOCAL_TOKENS.usdt6, mined],
  );
};

test('several relayer keys: each with its gas and trouble, what waits once; what settling cost, by network and store', async () => {
  await addRelayerRows(await world.intent());
  await look('/operator/chains', 'Chains');
  const card = page.getByRole('region', { name: /Local Chain A/ });
  await card.getByRole('heading', { name: 'Relayer: 2 keys' }).waitFor();
  await card.getByText('The relayer with the key 0x3c3c3c…3c3c3c reports').waitFor();
  expect(await card.getByText('Waiting to settle').count()).toBe(1);
  await card.getByText('for about a million settlements').waitFor();
  await card.getByText('about a million settlements', { exact: true }).waitFor();
  await card.getByText('about 0 settlements', { exact: true }).waitFor();
  await card.getByText(/^1 from nonce 36, the oldest for 20 m/).waitFor();
  await look('/operator', 'Overview');

  await look('/operator/treasury', 'Treasury');
  const network = page.getByRole('table', { name: 'Gas by network' }).getByRole('row', { name: /Local Chain A/ });
  await network.getByText('1 failed').waitFor();
  await network.getByText('0.00036 ETH').waitFor();
  const store = page.getByRole('table', { name: 'Gas by store' }).getByRole('row', { name: /Local Chain A/ });
  await store.getByText('0.00024 ETH').waitFor();
  await store.getByText('0.11 USD').waitFor();
});
