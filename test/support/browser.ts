// A browser for one test file: the system's Chromium through playwright-core.
import { type Browser, chromium as playwright } from 'playwright-core';
import { chromium } from '#scripts/lib/tools/chromium.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Close it with `browser.close()`. */
export async function launchBrowser(): Promise<Browser> {
  return await playwright.launch({ executablePath: await chromium(), args: FLAGS });
}
