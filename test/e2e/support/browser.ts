// A real Chromium, with axe-core added to its pages.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromium as findChromium } from '#scripts/lib/tools/chromium.ts';
import { type ContextPool, createContextPool, endLoan } from './context-pool.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium of the caller's own, which `close()` ends. */
export const startChromium = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: await findChromium(), args: FLAGS, handleSIGTERM: false });

let shared: Promise<Browser> | undefined;

/** One for all files that a process of the tests runs, because a start takes the processor time of several pages. It ends with the process. */
const chromiumOfThisProcess = async (): Promise<Browser> => {
  if (!shared) process.once('SIGTERM', () => process.exit()); // Playwright then ends Chromium and deletes its profile.
  shared ??= startChromium();
  if (!(await shared).isConnected()) shared = startChromium();
  return await shared;
};

/** A browser for one test file: its contexts are its own, and `close()` closes them. */
export const launchBrowser = async (): Promise<Browser> => {
  const browser = await chromiumOfThisProcess();
  const opened = new Set<BrowserContext>();
  const newContext: Browser['newContext'] = async (options) => {
    const context = await browser.newContext(options);
    opened.add(context);
    context.once('close', () => opened.delete(context));
    return context;
  };
  const close = async (): Promise<void> => {
    for (const context of opened) endLoan(context);
    await Promise.all([...opened].map((context) => context.close()));
  };
  return new Proxy(browser, {
    get(target, name) {
      if (name === 'newContext') return newContext;
      if (name === 'close') return close;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
};

/** A page on a busy machine derives keys, waits for blocks and draws slowly. */
const PATIENCE_MS = 60_000;

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** Errors of the page's scripts, and errors in its console, policy violations among them; each with its page. */
export const complaintsOf = (context: BrowserContext): string[] => {
  const complaints: string[] = [];
  context.on('weberror', (error) =>
    complaints.push(`${error.page()?.url()}: ${error.error().stack ?? error.error().message}`),
  );
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.page()?.url()}: ${message.text()}`);
  });
  return complaints;
};

const pools = new WeakMap<Browser, ContextPool>();

/** A new page in an empty context that nobody else uses; close it with `page.context().close()`. */
export const openPage = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Page> => {
  const pool = pools.get(browser) ?? createContextPool(browser);
  pools.set(browser, pool);
  const page = await pool.open({ viewport: DESKTOP, ...options });
  page.context().setDefaultTimeout(PATIENCE_MS);
  return page;
};

/** Waits until the page's scripts run and handle links, forms and keys. Call it after a navigation that loads a whole page. */
export const untilHydrated = (page: Page): Promise<void> =>
  page.locator('html[data-hydrated]').waitFor({ state: 'attached' });

/** Rules whose result can differ between colour schemes. */
export const COLOUR_RULES: readonly string[] = ['color-contrast', 'link-in-text-block'];
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Violations of WCAG 2.2 A and AA and of axe's best practices, each with the elements it was found on.
 * @param rules only these
 */
export const axeViolations = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(AXE, 'utf8'));
  return await page.evaluate(
    async ([tags, only]) => {
      // Colours in transition from light to dark have no valid contrast.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(document, {
        runOnly: only ? { type: 'rule', values: [...only] } : { type: 'tag', values: [...tags] },
        resultTypes: ['violations'],
        preload: false,
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    },
    [TAGS, rules] as const,
  );
};
