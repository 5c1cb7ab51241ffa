// A store's settings, keys, webhooks and the signature debugger in a real browser: wrong input is reported and kept, with and without
// JavaScript; a secret is shown once and never leaves the debugger; a test webhook is sent and listed.
import { createHash, createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhookActivities } from '#activities/webhook.ts';
import { insertRequests } from '#db/api/request-log.ts';
import { sqlOf } from '#db/pool.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { axeViolations, complaintsOf, launchBrowser, openPage, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';
import { openOwner } from './support/log-in.ts';
import { expectRightInEveryLook } from './support/looks.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let receiver: TestReceiver;
let browser: Browser;
let page: Page;
let base: string;
let complaints: string[];
let made: { apiKey: string; apiSecret: string };

beforeAll(async () => {
  [database, receiver, browser] = await Promise.all([createTestDatabase(), startReceiver(), launchBrowser()]);
  world = await openCheckoutWorld(database.url, { host: 'localhost' });
  ({ page, complaints, base } = await openOwner(browser, world));
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
  await receiver?.stop();
  await database?.drop();
});

const logInAge = (age: string) =>
  world.orm.em.fork().execute('update auth.session set "createdAt" = now() - ?::interval', [age]);

const open = async (path: string): Promise<void> => {
  await page.goto(base + path);
  await untilHydrated(page);
};

test('wrong settings are reported beside their fields and stay as typed, without JavaScript too', async () => {
  const plain = await openPage(browser, {
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  for (const visitor of [plain, page]) {
    await visitor.goto(`${base}/settings`);
    await visitor.getByLabel('Store name').fill('Typed name');
    await visitor.getByLabel('Accent colour').fill('bluish');
    await visitor.getByLabel('Support contact').fill('typed@shop.example');
    await visitor.getByLabel('Time zone').fill('Asia/Tokyo');
    await visitor.getByLabel('Return to the shop automatically').check();
    const svg = {
      name: 'logo.png',
      mimeType: 'image/png',
      buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    };
    await visitor.getByLabel('Logo', { exact: true }).setInputFiles(svg);
    await visitor.getByRole('button', { name: 'Save' }).click();
    await visitor.getByText('Nothing was saved').waitFor();
    await visitor.getByText('must be a colour such as #1557d6').waitFor();
    await visitor.getByText('SVG files can carry scripts').waitFor();
    expect(await visitor.getByLabel('Accent colour').getAttribute('aria-invalid')).toBe('true');
    expect(await visitor.getByLabel('Store name').inputValue()).toBe('Typed name');
    expect(await visitor.getByLabel('Accent colour').inputValue()).toBe('bluish');
    expect(await visitor.getByLabel('Support contact').inputValue()).toBe('typed@shop.example');
    expect(await visitor.getByLabel('Time zone').inputValue()).toBe('Asia/Tokyo');
    expect(await visitor.getByLabel('Return to the shop automatically').isChecked()).toBe(true);
  }
  await expectRightInEveryLook(page, 'settings-problem');
  // The picker and the text are one value; a dropped file is a chosen one, and another kind of file is not used.
  await page.getByLabel('Pick a colour').fill('#aa3300');
  expect(await page.getByLabel('Accent colour').inputValue()).toBe('#aa3300');
  const drop = async (name: string, type: string): Promise<void> => {
    const files = await page.evaluateHandle(
      (file) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], file.name, { type: file.type }));
        return transfer;
      },
      { name, type },
    );
    await page.getByText('Choose a file, or drop one here').dispatchEvent('drop', { dataTransfer: files });
  };
  const chosen = () =>
    page.getByLabel('Logo', { exact: true }).evaluate((input) => (input as HTMLInputElement).files?.[0]?.name);
  await drop('dropped.png', 'image/png');
  expect(await chosen()).toBe('dropped.png');
  await drop('notes.txt', 'text/plain');
  await page.getByText('Must be a PNG, JPEG or WebP: notes.txt is none and was not used.').waitFor();
  expect(await chosen()).toBe('dropped.png');
  await page.getByLabel('Accent colour').fill('bluish');
  // A photograph exceeds the size limit of a form, so it is removed before it makes the whole form fail.
  const photo = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(5 * 1024 * 1024) };
  await page.getByLabel('Logo', { exact: true }).setInputFiles(photo);
  await page.getByText('Must be at most 1 MB: photo.jpg has 5.0 MB and was not used.').waitFor();
  const reply = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Save' }).click();
  expect((await reply).status()).toBe(400);
  expect(await page.getByLabel('Store name').inputValue()).toBe('Typed name');
  await plain.context().close();
});

test('valid settings are saved and shown on the checkout', async () => {
  const bytes = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#0a7' } })
    .png()
    .toBuffer();
  await page.getByLabel('Store name').fill('Aurora Supply');
  await expect.poll(() => page.getByTestId('preview').textContent()).toMatch(/^ASAurora Supply/);
  await page.getByLabel('Accent colour').fill('#E0A000');
  await page.getByLabel('Logo', { exact: true }).setInputFiles({ name: 'l.png', mimeType: 'image/png', buffer: bytes });
  await page.getByText('is too light to read on white').waitFor();
  // The preview shows the whole name, as the checkout does.
  const shown = page.getByText('Aurora Supply', { exact: true }).first();
  expect(await shown.evaluate((name) => name.scrollWidth - name.clientWidth)).toBe(0);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(await page.getByLabel('Accent colour').inputValue()).toBe('#e0a000');
  await expectRightInEveryLook(page, 'settings');

  const checkout = await openPage(browser);
  const seen = complaintsOf(checkout.context());
  await checkout.goto(`${world.url}/checkout/${await world.intent()}?method=qr`);
  await checkout.getByText('Aurora Supply').filter({ visible: true }).first().waitFor();
  const logo = checkout.locator('img[src^="/logos/"]').first();
  await expect.poll(() => logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  const brand = await checkout.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand'));
  expect(brand).toMatch(/^#[0-9a-f]{6}$/);
  expect(brand).not.toBe('#1557d6');
  expect(await axeViolations(checkout)).toEqual([]);
  expect(seen).toEqual([]);
  await checkout.context().close();
});

test('a receiving address with a wrong checksum', async () => {
  await open('/settings/receiver');
  const wrong = '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  await page.getByLabel('Address', { exact: true }).fill(wrong);
  await page.getByRole('button', { name: 'Save address' }).click();
  await page.getByText('The EIP-55 checksum is wrong').waitFor();
  expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe(wrong);
  await expectRightInEveryLook(page, 'settings-receiver');
});

test('a key’s secret is shown once, in a response that is not cached', async () => {
  await open('/developers');
  await expectRightInEveryLook(page, 'keys-empty');
  await page.getByLabel('Name').fill('Web shop');
  await page.getByLabel('Allowed addresses').fill('10.0.0.0/99');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.getByText('IPv4 or IPv6 addresses or CIDR ranges').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('Web shop');
  await page.getByLabel('Allowed addresses').fill('');
  const reply = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Create a key' }).click();
  expect((await reply).headers()['cache-control']).toBe('no-store');
  const codes = page.locator('code');
  await codes.first().waitFor();
  const [apiKey = '', apiSecret = ''] = await codes.allTextContents();
  expect([apiKey, apiSecret]).toEqual([
    expect.stringMatching(/^st_(live|test)_[0-9a-f]{32}$/),
    expect.stringMatching(/^st_(live|test)_secret_[0-9a-f]{64}$/),
  ]);
  made = { apiKey, apiSecret };
  await expectRightInEveryLook(page, 'key-made');
  await open('/developers');
  await page.getByText(apiKey).waitFor();
  expect(await page.content()).not.toContain(apiSecret);
  await page.getByRole('link', { name: 'Web shop' }).click();
  await page.getByRole('heading', { name: 'Roll' }).waitFor();
});

test('webhooks of refunds are off until the store asks for them', async () => {
  await open('/settings/connection');
  const box = page.getByLabel('Send webhooks of refunds too');
  const stored = async () =>
    (await world.orm.em.fork().execute('select refund_webhooks from store where id = ?', [world.storeId]))[0];
  expect(await box.isChecked()).toBe(false);
  await box.check();
  await expectRightInEveryLook(page, 'settings-refund-webhooks');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  expect(await stored()).toEqual({ refund_webhooks: true });
  await page.reload();
  expect(await box.isChecked()).toBe(true);
  await box.uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await expect.poll(stored).toEqual({ refund_webhooks: false });
});

test('a test webhook is sent, and its response is shown', async () => {
  await open('/webhooks');
  await expectRightInEveryLook(page, 'webhooks-empty');
  await open('/settings/connection');
  const save = async (url: string) => {
    await page.getByLabel('Webhook URL').fill(url);
    await page.getByRole('button', { name: 'Save' }).click();
  };
  await save('http://192.168.0.1/x');
  await page.getByText('leads to a private network address').waitFor();
  await expectRightInEveryLook(page, 'webhook-url-private');
  receiver.response = () => ({ status: 500, body: 'a private page' });
  await save(receiver.url.replace('/hook', '/wrong'));
  await page.getByText('Saved, but the receiver responded with HTTP 500').waitFor();
  expect(await page.content()).not.toContain('a private page');
  await expectRightInEveryLook(page, 'webhook-url-500');
  receiver.response = () => ({ status: 401 });
  await save(receiver.url);
  await page.getByText('HTTP 401 to a request without a signature, as it should.').waitFor();
  await expectRightInEveryLook(page, 'webhook-url-answers');
  receiver.received.length = 0;
  await page.getByRole('button', { name: 'Send test event' }).click();
  await page.getByRole('heading', { level: 1, name: 'Test event' }).waitFor();
  const eventId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  // As if another owner had confirmed the new key.
  await world.orm.em.fork().execute('update api_key set signs_for_others = true where id = ?', [made.apiKey]);
  receiver.response = () => ({ status: 200, body: 'planted-answer' });
  // In place of the worker.
  await createWebhookActivities({
    em: world.orm.em,
    masterKeys: world.masterKeys,
    allowedRanges: ['127.0.0.0/8'],
    requireHttps: false,
    maxInFlightPerStore: 1,
    maxInFlightPerEndpoint: 1,
  }).deliverWebhook({ eventId, attemptKey: 'first', nextPauseMs: null });
  // The page reads again without a reload.
  await page.getByText('HTTP 200').waitFor();
  await page.getByText('planted-answer').waitFor();
  expect(receiver.received).toHaveLength(1);
  await expectRightInEveryLook(page, 'webhook');
  // The debugger accepts the receiver's own copy of the signature.
  await page.getByRole('link', { name: 'Check its signature' }).click();
  await page.getByLabel('X-Webhook-Signature').fill(String(receiver.received[0]?.headers['x-webhook-signature']));
  await page.getByLabel('API secret').fill(made.apiSecret);
  await page.getByText('The signatures match').waitFor();
  await open('/webhooks');
  await world.orm.em.fork().execute('update store set webhook_disabled_at = now() where id = ?', [world.storeId]);
  await open('/webhooks');
  await expectRightInEveryLook(page, 'webhooks-disabled');
  await page.getByRole('button', { name: 'Enable again' }).click();
  await page.getByRole('button', { name: 'Send test event' }).waitFor();
});

test('the debugger names a planted mistake, and the secret never leaves the browser', async () => {
  const body = '{"amount_cents":500}';
  await insertRequests(sqlOf(world.orm), [
    {
      requestId: 'req_1',
      storeId: world.storeId,
      apiKeyId: made.apiKey,
      at: new Date(),
      method: 'POST',
      path: '/v1/test/post?x=1',
      httpStatus: 200,
      code: 0,
      durationMs: 7,
      clientAddress: '127.0.0.1',
      requestHeaders: { 'x-timestamp': String(Math.floor(Date.now() / 1000)), 'x-nonce': 'n-1', 'x-signature': 'v1=…' },
      requestBody: body,
      responseBody: '{"code":0}',
    },
  ]);
  await open('/requests');
  await page.getByLabel('Code').selectOption('failed');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('No matches').waitFor();
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('link', { name: 'POST /v1/test/post?x=1' }).click();
  await page.getByRole('link', { name: 'Open in the debugger' }).waitFor();
  await page.getByRole('link', { name: 'Open in the debugger' }).click();
  // The canonical string needs no secret, only scripts.
  await expect.poll(() => page.getByTestId('canonical').locator('code').count()).toBe(6);
  await page.waitForLoadState('networkidle');

  const sent: string[] = [];
  page.context().on('request', (request) => {
    sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`);
  });
  const timestamp = await page.getByLabel('X-Timestamp').inputValue();
  const sha = createHash('sha256').update(body).digest('hex');
  // The mistake: the query is in the line of the path.
  const text = ['POST', '/v1/test/post?x=1', '', timestamp, 'n-1', sha].join('\n');
  const given = `v1=${createHmac('sha256', made.apiSecret).update(text).digest('base64')}`;
  await page.getByLabel('X-Signature').fill(given);
  await page.getByLabel('API secret').fill(made.apiSecret);
  await page.getByText('The path was signed with the query in it').waitFor();
  expect(await page.getByTestId('canonical').locator('code').allTextContents()).toEqual([
    ...['POST', '/v1/test/post', 'x=1', timestamp, 'n-1', sha],
  ]);
  await expectRightInEveryLook(page, 'debugger');
  await page.getByLabel('X-Signature').fill(String(await page.getByTestId('expected').textContent()));
  await page.getByText('The signatures match').waitFor();
  await page.getByLabel('API secret').press('Enter');
  expect(sent).toEqual([]);
  await page.getByRole('link', { name: 'Requests', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Requests' }).waitFor();
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.join('\n')).not.toContain(made.apiSecret);
  expect(complaints.filter((text) => !/status of 40[039]/.test(text))).toEqual([]);
});

test('forms sent with a log-in that grew old stay as typed, and succeed after a new log-in', async () => {
  const rejected = page.getByText('Nothing was done: log in again first');
  const sendTwice = async (button: string): Promise<void> => {
    await logInAge('1 hour');
    await page.getByRole('button', { name: button, exact: true }).click();
    await rejected.waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await logInAge('0 hours');
    await page.getByRole('button', { name: button, exact: true }).click();
    await rejected.waitFor({ state: 'detached' });
  };
  await open('/team');
  await page.getByLabel('E-mail address').fill('clerk@shop.example');
  await page.getByLabel('Role', { exact: true }).last().selectOption('manager');
  await sendTwice('Invite');
  await page.getByText('The invitation is on its way.').waitFor();
  const [invited] = await world.orm.em.fork().execute(`select email, role from invitation`);
  expect(invited).toEqual({ email: 'clerk@shop.example', role: 'manager' });

  await open('/developers');
  await page.getByLabel('Name').fill('Till');
  await page.getByLabel('Allowed addresses').fill('203.0.113.7');
  await sendTwice('Create a key');
  await page.getByRole('link', { name: 'Till' }).click();
  await page.getByRole('heading', { level: 1, name: 'Till' }).waitFor();
  expect(await page.getByLabel('Allowed addresses').inputValue()).toBe('203.0.113.7');
  await page.getByRole('textbox', { name: 'Name' }).fill('Till at the door');
  await sendTwice('Save');
  await page.getByRole('heading', { level: 1, name: 'Till at the door' }).waitFor();
});

test('a slow page shows progress until it has loaded', async () => {
  await open('/developers');
  let reply = (): void => {};
  const released = new Promise<void>((resolve) => {
    reply = resolve;
  });
  await page.route(/\/webhooks\.data/, async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Webhooks' }).click();
  const loading = page.getByRole('status').getByText('Loading…');
  await loading.waitFor({ state: 'attached' });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Developers');
  reply();
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  await loading.waitFor({ state: 'detached' });
  await page.unroute(/\/webhooks\.data/);
});

test('axe passes on the remaining pages and on a suspended store’s; an owner sees why nothing can be changed', async () => {
  const look = async (path: string, message: string): Promise<void> => {
    await open(path);
    await page.getByText(message).first().waitFor();
    expect(await axeViolations(page), path).toEqual([]);
  };
  await look('/new-store', 'Create the store');
  await page.getByLabel('Name').fill('Sandbox');
  await page.getByLabel('Test store').check();
  await page.getByRole('button', { name: 'Create the store' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sandbox' }).waitFor();
  await page.getByText('Nothing here is real money.').waitFor();
  await look('/orders/000000000000000000000000', 'There is no such page');
  await look('/orders?min=lots', 'The filter is not valid');
  const suspended = { status: 'suspended', suspended_reason: 'We wait for your papers.' };
  const set =
    'update merchant set status = ?, suspended_reason = ? where id = (select merchant_id from store where id = ?)';
  await world.orm.em.fork().execute(set, [...Object.values(suspended), world.storeId]);
  await look('/settings', 'Nothing can be changed while the store is suspended.');
  await look('/developers', 'Nothing can be changed while the store is suspended.');
  await look('/webhooks', 'Nothing can be changed while the store is suspended.');
  await world.orm.em.fork().execute('update store set is_test = true where id = ?', [world.storeId]);
  await look('/team', 'Nothing here is real money.');
  await world.orm.em.fork().execute(set, ['active', null, world.storeId]);
});
