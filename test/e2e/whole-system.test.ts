// Walks through a whole system as `npm start` runs it. They have stores of their own in it, because a start takes fifteen seconds of a
// processor.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { type RunningSystem, startSystem } from '#test/support/running-system.ts';
import { launchBrowser } from './support/browser.ts';
import { developerStart } from './walks/developer-start.ts';
import { developmentWallet } from './walks/development-wallet.ts';
import { paidLinks } from './walks/payment-links-paid.ts';
import { simulations } from './walks/simulations.ts';
import type { WholeSystem } from './walks/whole-system.ts';

let system: RunningSystem;
let browser: Browser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await system?.dispose();
});

const running: WholeSystem = { system: () => system, browser: () => browser };
describe('the quick start', () => developerStart(running));
describe('each scenario of a simulated payment', () => simulations(running));
describe('wallets of the local system', () => developmentWallet(running));
describe('a payment link and an invoice', () => paidLinks(running));
