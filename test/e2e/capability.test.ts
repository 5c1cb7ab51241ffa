// The URL of a checkout is for looking and paying. What changes it is for the browser that opened it first, and what stands on-chain
// opens nothing.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnnouncedTransaction, CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { es } from '#web/checkout/text/es.ts';
import { launchBrowser } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
beforeAll(async () => {
  database = await createTestDatabase();
  [world, browser] = await Promise.all([openCheckoutWorld(database.url), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
});

const intentOf = (id: IntentId) => world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
const post = (id: string, path: string, body: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/checkout/${id}/${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: world.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(body),
  });
const junk = (digit: number): string => `0x${String(digit).padStart(64, '0')}`;

const opened = async (id: IntentId): Promise<Page> => {
  const page = await (await browser.newContext()).newPage();
  const asked = page.waitForResponse((response) => response.url().endsWith(`/${id}/browser`));
  await page.goto(`${world.url}/checkout/${id}`);
  await asked;
  return page;
};

test('a browser that came first is bound, in all its tabs; another one may look, and is told so', async () => {
  const id = await world.intent();
  // A program that previews links changes nothing.
  expect((await fetch(`${world.url}/checkout/${id}`)).status).toBe(200);
  expect((await intentOf(id)).browserHash).toBeNull();

  const first = await opened(id);
  const bound = (await intentOf(id)).browserHash;
  expect(bound).toMatch(/^[0-9a-f]{64}$/);
  expect(await first.getByTestId('elsewhere').count()).toBe(0);
  const [cookie] = (await first.context().cookies()).filter(({ name }) => name.endsWith('checkout_browser'));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });

  const second = await opened(id);
  await second.getByTestId('elsewhere').waitFor();
  expect((await intentOf(id)).browserHash).toBe(bound);
  await second.goto(`${world.url}/checkout/${id}/cancel`);
  await second.getByRole('button', { name: 'Cancel the payment' }).click();
  await second.getByText('so this is not possible here').waitFor();
  expect((await intentOf(id)).status).not.toBe(IntentStatus.CANCELED);

  const tab = await first.context().newPage();
  await tab.goto(`${world.url}/checkout/${id}/receipt-email?lang=es`);
  await tab.getByRole('textbox').fill('me@example.org');
  await tab.getByRole('button', { name: es['receiptMail.send'] }).click();
  await tab.getByText(es['receiptMail.later']).waitFor();
  expect(await intentOf(id)).toMatchObject({ shopperEmail: 'me@example.org', shopperLanguage: 'es' });
  await Promise.all([first, second].map((page) => page.context().close()));
});

test('a browser whose first binding got no response is still the first', async () => {
  const id = await world.intent();
  const page = await (await browser.newContext()).newPage();
  await page.route(`**/${id}/browser`, async (route) => {
    await post(id, 'browser', {}, await route.request().allHeaders());
    await route.abort();
  });
  await page.goto(`${world.url}/checkout/${id}`);
  await expect.poll(async () => (await intentOf(id)).browserHash).toMatch(/^[0-9a-f]{64}$/);
  await page.unrouteAll({ behavior: 'wait' });
  const asked = page.waitForResponse((response) => response.url().endsWith(`/${id}/browser`));
  await page.reload();
  expect(await (await asked).json()).toEqual({ isOurs: true });
  expect(await page.getByTestId('elsewhere').count()).toBe(0);
  await page.context().close();
});

test('with the URL alone nobody cancels, names an address, announces junk, or ends it by a denied account', async () => {
  const id = await world.intent();
  const first = await opened(id);
  const before = await intentOf(id);
  expect((await post(id, 'cancel')).headers.get('location')).toContain('cancel=elsewhere');
  expect((await post(id, 'receipt-email', { email: 'thief@example.org' })).status).toBe(403);
  // Nothing was received, so the page of that form leads back to the checkout after its action.
  expect((await post(id, 'refund-address', { address: junk(1), repeated: junk(1), hash: junk(1) })).status).toBe(302);
  expect((await post(id, 'claim', { hash: junk(1) })).status).toBe(403);
  const announced = await Promise.all(
    Array.from({ length: 25 }, async (_, digit) => (await post(id, 'wallet/sent', { txHash: junk(digit + 1) })).status),
  );
  expect(announced).toEqual(announced.map(() => 400));
  // A made-up cookie is another browser's.
  const forged = { cookie: `checkout_browser=${encodeURIComponent(btoa(JSON.stringify('A'.repeat(43))))}` };
  expect((await post(id, 'receipt-email', { email: 'thief@example.org' }, forged)).status).toBe(403);
  const after = await intentOf(id);
  expect([after.status, after.shopperEmail, after.browserHash]).toEqual([before.status, null, before.browserHash]);
  expect(await world.orm.em.fork().count(AnnouncedTransaction, { intent: id })).toBe(0);
  await first.context().close();
});

test('made-up hashes of the bound browser itself are not waited for, and leave room for the real one', async () => {
  const id = await world.intent();
  const made = await post(id, 'wallet/sent', { txHash: junk(1) });
  const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  // At once: each is looked for at the nodes for a second.
  const statuses = await Promise.all(
    Array.from({ length: 24 }, async (_, digit) => {
      return (await post(id, 'wallet/sent', { txHash: junk(digit + 2) }, { cookie })).status;
    }),
  );
  expect(statuses).toEqual(statuses.map(() => 204));
  expect((await post(id, 'wallet/sent', { txHash: junk(99) }, { cookie })).status).toBe(204);
  const announced = await world.orm.em.fork().find(AnnouncedTransaction, { intent: id });
  expect(announced).toHaveLength(20);
  expect(announced.map(({ txHash }) => String(txHash))).toContain(junk(99));
  const options = (await (await fetch(`${world.url}/checkout/${id}/wallet`)).json()) as { sentTxHash: unknown };
  expect(options.sentTxHash).toBeNull();
});

test('the contract’s id opens nothing; an older order whose id is on-chain binds nobody after its end', async () => {
  const id = await world.intent();
  const { contractId } = await intentOf(id);
  for (const path of [
    '',
    '/view',
    '/receipt',
    '/cancel',
    '/claim',
    '/receipt-email',
    '/refund-address',
    '/wallet',
    '/allscale',
  ])
    expect([path, (await fetch(`${world.url}/checkout/${contractId}${path}`)).status]).toEqual([path, 404]);
  expect((await post(contractId, 'receipt-email', { email: 'me@example.org' })).status).toBe(404);

  const older = await world.intent({ status: IntentStatus.TIMEOUT });
  await world.orm.em.fork().nativeUpdate(CheckoutIntent, { id: older }, { contractId: older as never });
  expect((await post(older, 'receipt-email', { email: 'thief@example.org' })).status).toBe(403);
  expect((await intentOf(older)).browserHash).toBeNull();
});
