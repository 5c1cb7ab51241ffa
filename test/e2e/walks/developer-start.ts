// A merchant who has just applied, on a running system: from the page after the application to the webhook in the log, counted in
// presses; the blocks of the documentation's quick start as printed.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Orm, openOrm } from '#db/orm.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type RunResult, run } from '#scripts/lib/run.ts';
import { AllScaleClient, IntentStatus, StableCoin } from '#sdk/src/index.ts';
import { withoutRegistries } from '#test/api/served-packages.ts';
import { axeViolations, complaintsOf, openPage } from '../support/browser.ts';
import { logInAs } from '../support/log-in.ts';
import { countPresses, type PressCounter } from '../support/presses.ts';
import type { WholeSystem } from './whole-system.ts';

/** Blocks, workers and pages of a whole system are slow on a busy machine. */
const PATIENCE_MS = 90_000;

interface Key {
  store_id: string;
  api_key: string;
  api_secret: string;
}

export const developerStart = ({ system, browser }: WholeSystem): void => {
  let page: Page;
  let complaints: string[];
  let folder: string;
  let storeUrl: string;
  let apiKey = '';
  let orm: Orm;
  let counted: PressCounter;

  const press = (control: Locator): Promise<void> => counted.press(control);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  /** A link of the dashboard's rail. */
  const rail = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).first();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'checkout-developer-'));
    page = await openPage(browser(), { viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    page.setDefaultTimeout(PATIENCE_MS);
    complaints = complaintsOf(page.context());
    orm = await openOrm({ databaseUrl: system().ownerUrl });
    const world = { url: system().addresses.web, orm };
    await logInAs(page.context(), world, `${randomBytes(4).toString('hex')}@kiosk.example`, 'merchant');
    await page.goto(`${system().addresses.web}/dashboard/apply`);
    await page.getByLabel('Name').fill('Kiosk am Hafen');
    await page.getByLabel('Website').fill('kiosk.example');
    await page.getByLabel('What do you sell').fill('Coffee and newspapers.');
    await button('Send the application').click();
    await page.getByRole('heading', { level: 1, name: 'Thank you: we have your application' }).waitFor();
    counted = countPresses();
  });
  afterAll(async () => {
    await page?.context().close();
    await orm?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('the test store that the application made, and a key, saved as a file of variables', async () => {
    await press(page.getByRole('link', { name: 'Open the test store' }));
    await page.getByText('Nothing here is real money.').waitFor();
    storeUrl = page.url();
    await press(rail('Developers'));
    await page.getByLabel('Name').fill('Quick start');
    await press(button('Create a key'));
    const link = page.getByRole('link', { name: 'Download allscale.env' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), press(link)]);
    expect(download.suggestedFilename()).toBe('allscale.env');
    await download.saveAs(join(folder, 'allscale.env'));
    const env = readFileSync(join(folder, 'allscale.env'), 'utf8');
    expect(env).toContain(`ALLSCALE_BASE_URL=${system().addresses.web}\n`);
    expect(env).toMatch(/^ALLSCALE_API_SECRET=st_test_secret_[0-9a-f]{64}$/m);
    apiKey = /^ALLSCALE_API_KEY=(st_test_[0-9a-f]{32})$/m.exec(env)?.[1] ?? '';
    expect(apiKey).not.toBe('');
  });

  it('its page has the key filled in for who is logged in, and never a secret', async () => {
    await page.goto(`${system().addresses.web}/docs/quick-start`);
    const text = (await page.locator('article').textContent()) ?? '';
    expect(text).toContain(`ALLSCALE_API_KEY=${apiKey}\n`);
    expect(text).not.toMatch(/secret_[0-9a-f]{8}/);
    const stranger = await (await fetch(`${system().addresses.web}/docs/quick-start`)).text();
    expect(stranger).not.toContain(apiKey);
    expect(stranger).toContain('ALLSCALE_API_KEY=st_test_…');
  });

  it('runs as printed: curl, the Node client with the listener, and the Python client', async () => {
    // As it is served: the client packages come from this server, and from nowhere else.
    const source = await (await fetch(`${system().addresses.web}/docs/quick-start.md`)).text();
    expect(source).toContain(`npm install ${system().addresses.web}/docs/packages/`);
    for (const [, text = '', file = ''] of source.matchAll(/^```(?:js|python)\n((?:\/\/|#) (\w+\.\w+)\n.*?)^```/gms)) {
      writeFileSync(join(folder, file), text);
    }
    const blocks = [...source.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
    const result: RunResult = await run('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
      cwd: folder,
      timeoutMs: 200_000,
      env: {
        ...withoutRegistries(folder),
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        npm_config_loglevel: 'silent',
        HOOK_PORT: String(await freePort()),
      },
    });
    expect({ code: result.code, stderr: result.stderr, out: result.code === 0 ? '' : result.stdout }).toEqual({
      code: 0,
      stderr: '',
      out: '',
    });
    expect(result.stdout).toContain('"payload":{"pong":"ok"}');
    expect(result.stdout).toMatch(/"scenario":"paid","chain_id":31337/);
    expect(result.stdout).toMatch(/^\{"code":0,"payload":20,/m);
    expect(result.stdout).toMatch(/"event_type":"checkout_intent\.confirmed"/);
    expect(result.stdout).toContain('checkout_intent.confirmed: order A-1002');
    expect(result.stdout).toContain('checkout_intent.confirmed: order A-1003');
  });

  it('the buttons: an order is paid on its page, and its webhook stands in the log', async () => {
    const { ALLSCALE_API_SECRET: apiSecret = '' } = Object.fromEntries(
      readFileSync(join(folder, 'allscale.env'), 'utf8')
        .split('\n')
        .map((line) => line.split('=')),
    );
    const shop = new AllScaleClient({ baseUrl: system().addresses.web, apiKey, apiSecret });
    const order = { stable_coin: StableCoin.USDT, amount_cents: 700 };
    const first = await shop.createCheckout({ ...order, order_id: 'BUTTON-1' });
    await page.goto(storeUrl);
    await press(rail('Orders'));
    await press(page.getByRole('link', { name: 'BUTTON-1', exact: true }));
    await page.getByRole('heading', { name: 'Simulate a payment' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await press(button('Paid'));
    await page.getByText('Started: what is due').waitFor();
    await page.getByTestId('order-timeline').getByText('Paid', { exact: true }).waitFor();
    await press(rail('Webhooks'));
    await page.getByRole('row').filter({ hasText: 'BUTTON-1' }).first().waitFor();
    expect(await shop.getStatus(first.allscale_checkout_intent_id)).toBe(IntentStatus.CONFIRMED);
    counted.done('first test payment, from the page after the application to its webhook in the log');

    const second = await shop.createCheckout({ ...order, order_id: 'BUTTON-2' });
    const visit = await openPage(browser());
    visit.setDefaultTimeout(PATIENCE_MS);
    await visit.goto(second.checkout_url);
    await visit.getByRole('heading', { name: 'Simulate a payment' }).waitFor();
    expect(await axeViolations(visit)).toEqual([]);
    await visit.getByRole('button', { name: 'Paid', exact: true }).click();
    await visit.locator('main[data-phase=paid]').waitFor();
    await visit.getByRole('button', { name: 'Short', exact: true }).click();
    await visit.getByText('There is nothing to do').waitFor();
    await visit.context().close();

    // A live store has no such buttons, and its address takes no such form.
    const live = await system().admin<Key>(
      ...['store', 'create', '--name', 'Live', '--email', 'live@example.com'],
      ...['--receiver', '0x976EA74026E726554dB657fA54763abd0C3a0aa9'],
    );
    const liveShop = new AllScaleClient({
      baseUrl: system().addresses.web,
      apiKey: live.api_key,
      apiSecret: live.api_secret,
    });
    const { allscale_checkout_intent_id: intent } = await liveShop.createCheckout(order);
    const url = `${system().addresses.web}/checkout/${intent}`;
    // The catalogue of texts is in every page, so the form is what is looked for.
    expect(await (await fetch(url)).text()).not.toContain('name="simulate"');
    const posted = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ simulate: 'paid' }),
      headers: { origin: system().addresses.web },
    });
    expect(posted.status).toBe(404);
    expect(complaints).toEqual([]);
  });
};
