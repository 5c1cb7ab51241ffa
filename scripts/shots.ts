// `npm run shots`: screenshots of every page and state and every step of a payment, phone and desktop, light and dark, with one page
// that shows all, in .data/shots. For review by a person; no test compares them. `npm run shots -- 'paid|expired'` filters by name.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { LANGUAGES } from '#domain/languages.ts';
import { openVisitor } from '#test/e2e/support/account-browser.ts';
import { type AccountWorld, openAccountWorld } from '#test/e2e/support/account-world.ts';
import { DESKTOP, openPage, PHONE, startChromium } from '#test/e2e/support/browser.ts';
import { CHECKOUT_STATES } from '#test/e2e/support/checkout-states.ts';
import { openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { installWalkWallet, WALLET_WALKS } from '#test/e2e/support/wallet-walks.ts';
import { startTestStack } from '#test/support/stack/test-stack.ts';
import { REPOSITORY } from './lib/paths.ts';
import { takeAccountJourney } from './lib/shots/account-journey.ts';
import { takeDashboardJourney } from './lib/shots/dashboard-journey.ts';

const FOLDER = join(REPOSITORY, '.data', 'shots');
const SIZES = { phone: PHONE, desktop: DESKTOP } as const;
/** States with a screenshot in every language. The others are in English only. */
const LANGUAGE_SAMPLES: ReadonlySet<string> = new Set(['waiting', 'expired', 'paid']);
const SCHEMES = ['light', 'dark'] as const;

interface Subject {
  name: string;
  url: string;
}

const only = process.argv[2] ? new RegExp(process.argv[2]) : null;
const taken: string[] = [];

const ownsStack = !process.env.TEST_DATABASE_URL;
const stack = ownsStack ? await startTestStack() : undefined;
if (stack) Object.assign(process.env, stack.env);
const world = await openAccountWorld({ demoShop: { apiKey: 'st_shots', apiSecret: 'st_shots' } });
const browser = await startChromium();
try {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await shootPages(world);
  await shootWalks(world);
  if (!only || /allscale|account/.test(only.source)) await shootAccount(world);
  if (!only || /dashboard|console/.test(only.source)) await shootDashboard(world);
  const sheet = join(FOLDER, 'index.html');
  writeFileSync(sheet, contactSheet());
  process.stdout.write(`${taken.length} pages, ${taken.length * 4} pictures: ${pathToFileURL(sheet).href}\n`);
} finally {
  await browser.close();
  await world.close();
  await stack?.stop();
}

async function shootPages(world: AccountWorld): Promise<void> {
  const page = await openPage(browser, { deviceScaleFactor: 1 });
  for (const { name, url } of await subjectsToShow(world)) {
    await page.goto(world.url + url, { waitUntil: 'load' });
    await shoot(page, name);
    // The language is kept in a cookie, which would apply to the next page too.
    await page.context().clearCookies();
  }
  await page.context().close();
}

/** The chains do not respond; a scripted wallet has no money on them. */
async function shootWalks({ database }: AccountWorld): Promise<void> {
  const walks = WALLET_WALKS.filter(({ steps }) => !only || steps.some(({ name }) => only.test(name)));
  if (walks.length === 0) return;
  const world = await openCheckoutWorld(database.url, { development: false });
  for (const { steps } of walks) {
    const page = await openPage(browser);
    await installWalkWallet(page);
    await page.goto(`${world.url}/checkout/${await world.intent()}?method=wallet&coin=USDT&network=31337`);
    for (const { name, reach } of steps) {
      await reach(page);
      await shoot(page, name);
    }
    await page.context().close();
  }
  await world.close();
}

async function shootAccount(world: AccountWorld): Promise<void> {
  const visitor = await openVisitor(browser);
  await takeAccountJourney(world, visitor.page, shoot);
  await visitor.close();
}

/** Uses a separate store, which is empty at first. */
async function shootDashboard({ database }: AccountWorld): Promise<void> {
  const world = await openCheckoutWorld(database.url, { host: 'localhost' });
  await takeDashboardJourney({ ...world, databaseUrl: database.url }, browser, shoot);
  await world.close();
}

async function subjectsToShow(world: AccountWorld): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const { name, make, search } of CHECKOUT_STATES) {
    const id = await make(world);
    subjects.push({ name, url: `/checkout/${id}${search ?? ''}` });
    if (name === 'waiting') subjects.push({ name: 'cancel', url: `/checkout/${id}/cancel` });
    if (name === 'expired') subjects.push({ name: 'claim', url: `/checkout/${id}/claim` });
    if (LANGUAGE_SAMPLES.has(name)) {
      for (const language of Object.keys(LANGUAGES).filter((language) => language !== 'en')) {
        subjects.push({ name: `${name}-${language}`, url: `/checkout/${id}?lang=${language}` });
      }
    }
    if (name.startsWith('paid')) subjects.push({ name: `${name}-receipt`, url: `/checkout/${id}/receipt` });
  }
  subjects.push(
    { name: 'no-such-checkout', url: '/checkout/000000000000000000000000' },
    { name: 'home', url: '/' },
    { name: 'demo-shop', url: '/demo' },
  );
  return subjects.filter(({ name }) => !only || only.test(name));
}

/** Size and color scheme change only styles, so the page is loaded once. */
async function shoot(page: Page, name: string): Promise<void> {
  if (only && !only.test(name)) return;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    const tooWide = (await page.evaluate(() => document.documentElement.scrollWidth)) - viewport.width;
    if (tooWide > 0) process.stderr.write(`${name} is ${tooWide} px too wide for a ${size}\n`);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`), fullPage: true });
    }
  }
  taken.push(name);
}

function contactSheet(): string {
  const figures = taken.map((name) => {
    const pictures = Object.keys(SIZES).flatMap((size) =>
      SCHEMES.map((scheme) => `<img src="${name}-${size}-${scheme}.png" alt="${size}, ${scheme}" class="${size}">`),
    );
    return `<section><h2>${name}</h2><div>${pictures.join('')}</div></section>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Pages</title><style>
body{font:14px system-ui;margin:24px;background:#ddd}div{display:flex;gap:16px;align-items:flex-start}
img{border:1px solid #999}.phone{width:195px}.desktop{width:640px}</style><h1>Pages</h1>${figures.join('')}`;
}
