// `npm run shots`: a picture of every page in every state, phone and desktop, light and dark, and one sheet with all of them,
// under .data/shots. For looking at; nothing compares them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { DESKTOP, launchBrowser, openPage, PHONE } from '#test/e2e/support/browser.ts';
import { CHECKOUT_STATES } from '#test/e2e/support/checkout-states.ts';
import { openCheckoutWorld } from '#test/e2e/support/checkout-world.ts';
import { createTestDatabase } from '#test/support/database.ts';
import { startTestStack } from '#test/support/stack/test-stack.ts';
import { LANGUAGES } from '#web/app/text/languages.ts';
import { REPOSITORY } from './lib/paths.ts';

const FOLDER = join(REPOSITORY, '.data', 'shots');
const SIZES = { phone: PHONE, desktop: DESKTOP } as const;
/** States that are shown in every language, not in English only. */
const LANGUAGE_SAMPLES: ReadonlySet<string> = new Set(['waiting', 'expired', 'paid']);
const SCHEMES = ['light', 'dark'] as const;

interface Subject {
  name: string;
  url: string;
  /** A heading that shows that the page's scripts have done their part. */
  until?: string;
}

const only = process.argv[2];

const ownsStack = !process.env.TEST_DATABASE_URL;
const stack = ownsStack ? await startTestStack() : undefined;
if (stack) Object.assign(process.env, stack.env);
const database = await createTestDatabase();
const world = await openCheckoutWorld(database.url, { demoShop: { apiKey: 'st_shots', apiSecret: 'st_shots' } });
const browser = await launchBrowser();
try {
  const subjects = await subjectsToShow();
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const subject of subjects) await shoot(browser, subject);
  const sheet = join(FOLDER, 'index.html');
  writeFileSync(sheet, contactSheet(subjects));
  process.stdout.write(`${subjects.length} pages, ${subjects.length * 4} pictures: ${pathToFileURL(sheet).href}\n`);
} finally {
  await browser.close();
  await world.close();
  await database.drop();
  await stack?.stop();
}

async function subjectsToShow(): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const { name, make, search } of CHECKOUT_STATES) {
    const id = await make(world);
    subjects.push({ name, url: `/checkout/${id}${search ?? ''}` });
    if (name === 'waiting')
      subjects.push({ name: 'allscale', url: `/checkout/${id}?method=allscale`, until: 'Log in' });
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
  return subjects.filter(({ name }) => !only || name.includes(only));
}

async function shoot(browser: Browser, { name, url, until }: Subject): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      const page = await openPage(browser, { viewport, colorScheme, deviceScaleFactor: 1 });
      await page.goto(world.url + url, { waitUntil: 'load' });
      if (until) await page.getByRole('heading', { name: until, exact: true }).waitFor();
      await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`), fullPage: true });
      await page.context().close();
    }
  }
}

function contactSheet(subjects: readonly Subject[]): string {
  const figures = subjects.map(({ name }) => {
    const pictures = Object.keys(SIZES).flatMap((size) =>
      SCHEMES.map((scheme) => `<img src="${name}-${size}-${scheme}.png" alt="${size}, ${scheme}" class="${size}">`),
    );
    return `<section><h2>${name}</h2><div>${pictures.join('')}</div></section>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Pages</title><style>
body{font:14px system-ui;margin:24px;background:#ddd}div{display:flex;gap:16px;align-items:flex-start}
img{border:1px solid #999}.phone{width:195px}.desktop{width:640px}</style><h1>Pages</h1>${figures.join('')}`;
}
