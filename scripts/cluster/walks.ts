// `npm run cluster -- --check --walks`: what the end-to-end tests walk through on a development system, here with production settings: each
// scenario of a simulated payment over the API, and a shopper's browser from the checkout to "Fund Sent". Walks that need the development
// wallet or a webhook to this machine cannot run here: production has neither.
import { chromium } from 'playwright-core';
import { SCENARIOS, simulateOnce } from '#test/support/scenarios.ts';
import { withEm } from '../lib/books-agree.ts';
import { type Progress, step } from '../lib/progress.ts';
import { chromium as findChromium } from '../lib/tools/chromium.ts';
import { PUBLIC_NAME } from './environment.ts';
import { openShop, openStore } from './shop.ts';
import type { Cluster } from './start.ts';

const PHONE = { width: 390, height: 844 };
/** Five servers and four services of Temporal share a machine. */
const SIMULATED_MS = 240_000;
const SHOWN_MS = 60_000;
const PAID_MS = 240_000;

/** Throws an Error at the first walk that does not arrive. */
export const walkCluster = async (cluster: Cluster, say: Progress): Promise<void> => {
  const { client } = await withEm(cluster.applicationUrl, (em) =>
    openStore(em, cluster, 'Test bench', { isTest: true }),
  );
  for (const scenario of SCENARIOS)
    await step(
      say,
      `a simulated payment: ${scenario[0]}`,
      async () => await simulateOnce(client, scenario, SIMULATED_MS),
    );
  await step(say, "a shopper's browser until Fund Sent", async () => await walkCheckout(cluster));
};

const walkCheckout = async (cluster: Cluster): Promise<void> => {
  const shop = await openShop(cluster);
  const id = await shop.createOrder(`walk-${Date.now()}`);
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    // The public name is in no DNS.
    args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP ${PUBLIC_NAME} 127.0.0.1`],
  });
  try {
    // Its certificate is of the cluster's own authority, which Chromium does not know. The check before this one verifies it.
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    await page.goto(`${cluster.publicUrl}/checkout/${id}`, { timeout: SHOWN_MS });
    await page.locator('main[data-phase]').waitFor({ timeout: SHOWN_MS });
    await shop.pay(id);
    for (const phase of ['confirming', 'paid'])
      await page.locator(`main[data-phase="${phase}"]`).waitFor({ timeout: PAID_MS });
    if (faults.length > 0) throw new Error(`the checkout's page had errors: ${faults.join('; ')}`);
  } finally {
    await browser.close();
  }
};
