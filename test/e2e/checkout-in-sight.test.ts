// On a phone of 390 × 844, in every language and with every way to pay: the amount, once, what is pressed or scanned, and the whole
// receiving address are in sight without scrolling.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IntentId } from '#domain/ids.ts';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { readableAmount } from '#domain/readable-amount.ts';
import { openVisitor, signUp } from './support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from './support/account-world.ts';
import { axeViolations, launchBrowser, openPage, PHONE } from './support/browser.ts';
import { picture } from './support/looks.ts';
import { installWalkWallet } from './support/wallet-walks.ts';

const AMOUNT = '1234.5000';
const LANGUAGE_CODES = Object.keys(LANGUAGES) as Language[];
const PHONE_AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

let world: AccountWorld;
let browser: Browser;
let id: IntentId;
beforeAll(async () => {
  [world, browser] = await Promise.all([openAccountWorld(), launchBrowser()]);
  id = await world.intent({
    amountUnits: 1_234_500_000_000_000_000_000n,
    orderDescription: 'Two enamel mugs, blue, with a lid each, and a cotton bag to carry them home in',
  });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const urlOf = (method: string, language: Language): string =>
  `${world.url}/checkout/${id}?method=${method}&lang=${language}`;

/** Whole, inside the screen, and covered by nothing. */
const expectInSight = async (page: Page, parts: Record<string, Locator>): Promise<void> => {
  expect(await page.evaluate(() => scrollY)).toBe(0);
  for (const [name, part] of Object.entries(parts)) {
    await part.waitFor();
    const box = await part.boundingBox();
    expect(box, name).not.toBeNull();
    if (!box) continue;
    expect(box.y, `top of ${name}`).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height, `bottom of ${name}`).toBeLessThanOrEqual(PHONE.height);
    expect(box.x, `start of ${name}`).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, `end of ${name}`).toBeLessThanOrEqual(PHONE.width);
  }
};

/** How often the amount is written in sight. */
const amountsInSight = (page: Page, language: Language): Promise<number> =>
  page.evaluate(
    ([amount, height]) => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      let count = 0;
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const element = node.parentElement;
        if (!node.textContent?.includes(amount) || !element?.checkVisibility()) continue;
        const { top, width } = element.getBoundingClientRect();
        if (top < height && width > 1) count += 1;
      }
      return count;
    },
    [readableAmount(language, AMOUNT), PHONE.height] as const,
  );

test.each(LANGUAGE_CODES)('%s: QR code, wallet, mobile wallet and the log-in of AllScale Pay', async (language) => {
  const page = await openPage(browser, { viewport: PHONE });
  await installWalkWallet(page);
  await page.goto(urlOf('qr', language));
  await picture(page, `in-sight-qr-${language}`);
  await expectInSight(page, {
    amount: page.locator('h1'),
    'QR code': page.getByTestId('qr'),
    address: page.getByTestId('address'),
  });
  expect(await page.locator('h1').textContent()).toContain(readableAmount(language, AMOUNT));
  expect(await amountsInSight(page, language)).toBe(1);

  await page.goto(urlOf('wallet', language));
  await expectInSight(page, {
    amount: page.locator('h1'),
    wallet: page.getByRole('button', { name: 'Test Wallet' }),
    address: page.getByTestId('receiver'),
  });
  expect(await amountsInSight(page, language)).toBe(1);

  await page.goto(urlOf('allscale', language));
  await expectInSight(page, {
    amount: page.locator('h1'),
    'log-in': page.locator('[data-step=loggedOut] .button-primary'),
    address: page.getByTestId('receiver'),
  });
  expect(await amountsInSight(page, language)).toBe(1);
  await page.context().close();

  const phone = await openPage(browser, { viewport: PHONE, userAgent: PHONE_AGENT, hasTouch: true, isMobile: true });
  await phone.goto(urlOf('wallet', language));
  await expectInSight(phone, {
    amount: phone.locator('h1'),
    MetaMask: phone.getByRole('link', { name: /MetaMask/ }),
    'Trust Wallet': phone.getByRole('link', { name: /Trust Wallet/ }),
    address: phone.getByTestId('receiver'),
  });
  expect(await amountsInSight(phone, language)).toBe(1);
  await phone.context().close();
});

test('AllScale Pay with money in the wallet: the list, then the review, in every language', async () => {
  const { page, close } = await openVisitor(browser);
  await signUp(page, world, { email: 'in-sight@example.com' });
  for (const name of ['Local Chain A', 'Local Chain B']) {
    await page.getByRole('button', { name: `Fill from the faucet of ${name}` }).click();
    await page.waitForURL(/filled/);
  }
  await page.setViewportSize(PHONE);
  id = await world.intent();
  for (const language of LANGUAGE_CODES) {
    await page.goto(urlOf('allscale', language));
    const review = page.locator('[data-step=choosing] .button-primary');
    await expectInSight(page, { amount: page.locator('h1'), review, address: page.getByTestId('receiver') });
    await review.click();
    const facts = page.getByTestId('pay-review');
    await facts.waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await expectInSight(page, {
      amount: page.locator('h1'),
      facts,
      approve: page.locator('[data-step=review] .button-primary'),
    });
    expect(await axeViolations(page), language).toEqual([]);
  }
  await close();
});

test('AllScale Pay with an empty wallet: what it needs, its QR code and its address, in every language', async () => {
  const { page, close } = await openVisitor(browser);
  await signUp(page, world, { email: 'empty@example.com' });
  await page.setViewportSize(PHONE);
  const order = await world.intent();
  for (const language of LANGUAGE_CODES) {
    await page.goto(`${world.url}/checkout/${order}?method=allscale&lang=${language}`);
    await expectInSight(page, {
      amount: page.locator('h1'),
      needs: page.getByTestId('lacks').first(),
      'QR code': page.getByTestId('top-up').getByTestId('qr'),
      address: page.getByTestId('wallet-address'),
    });
    expect(await axeViolations(page), language).toEqual([]);
  }
  await close();
});
