// What a shopper reads when money did not simply pay the order: what became of it, and what to do now. Every sentence is true after the
// store has decided and after a refund, an open page follows, and screen readers hear of it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { Store } from '#db/entities/store.entity.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { launchBrowser, openPage, PHONE, untilHydrated } from './support/browser.ts';
import { type CheckoutWorld, goLive, openNewCheckoutWorld } from './support/checkout-world.ts';
import { close, confirmRefund, ODD_MONEY_STATES, paidTwice, refund, removed } from './support/odd-money-states.ts';

let world: CheckoutWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([openNewCheckoutWorld(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const DECIDES = 'Nordlicht Supply decides whether to accept or refund it';
const NEXT = 'What happens next:';
const ASK = 'contact Nordlicht Supply with the number NL-20418';

interface Words {
  says: readonly string[];
  never: readonly string[];
}

const WORDS: Record<string, Words> = {
  removed: {
    says: ['Do not send again yet', 'had your payment of 25.0000 USDT', 'Pay 25.0000 USDT again'],
    never: ['Waiting for your payment', 'Cancel this payment'],
  },
  'removed-expired': {
    says: ['The network removed your payment of 25.0000 USDT', 'nothing was charged'],
    never: ['No payment arrived'],
  },
  'wrong-coin-seen': { says: ['25.0000 USDC arrived, in a coin that this order does not accept'], never: [] },
  late: { says: ['25.0000 USDT arrived after the checkout had ended', DECIDES, NEXT, ASK], never: ['another network'] },
  'wrong-network': {
    says: ['25.0000 USDT arrived on Local Chain B, a network that this order does not accept', DECIDES, NEXT],
    never: ['after the checkout had ended', 'in a coin'],
  },
  screened: { says: ['a person must check it', 'Ask Nordlicht Supply'], never: [DECIDES, NEXT, 'screening'] },
  'late-left': {
    says: ['looked at 25.0000 USDT and did not count it', 'Ask Nordlicht Supply what happens to it'],
    never: [DECIDES, NEXT],
  },
  'late-refunding': {
    says: ['Nordlicht Supply is refunding 25.0000 USDT', 'Refund prepared, not sent yet', '0xABaB'],
    never: [DECIDES, NEXT, 'agreed with you'],
  },
  'late-refunded': {
    says: ['Nordlicht Supply refunded 25.0000 USDT', 'Refunded'],
    never: [DECIDES, NEXT, 'Updates by e-mail', 'nothing was charged'],
  },
  'paid-twice': {
    says: ['25.0000 USDT arrived after the order had been paid', DECIDES, NEXT, 'What else arrived', 'Where a refund'],
    never: [],
  },
  'paid-twice-left': { says: ['looked at 25.0000 USDT and did not count it'], never: [DECIDES, NEXT] },
  'paid-refunding': {
    says: ['Nordlicht Supply is refunding 4.0000 USDT', 'Refund prepared, not sent yet', 'Receipt'],
    never: ['You can go back', 'Do not send more'],
  },
  'paid-refunded-in-part': { says: ['Nordlicht Supply has refunded 4.0000 USDT', 'Receipt'], never: ['is refunding'] },
  'paid-refunded': { says: ['Nordlicht Supply has refunded 25.0000 USDT', 'Receipt'], never: ['Fund Sent'] },
  'paid-removed': {
    says: ['Do not send again', 'had 25.0000 USDT of this payment'],
    never: ['The payment is confirmed on-chain'],
  },
};

const textOf = (page: Page) => async (): Promise<string> => (await page.locator('main').textContent()) ?? '';
/** Of the live region that screen readers follow. */
const heard = (page: Page) => async (): Promise<string> => (await page.getByTestId('status').textContent()) ?? '';

test.each(ODD_MONEY_STATES)('$name: every sentence is true, with and without scripts', async ({ name, make }) => {
  const words = WORDS[name] ?? { says: [], never: [] };
  expect(words.says.length, name).toBeGreaterThan(0);
  const id = await make(world);
  for (const javaScriptEnabled of [true, false]) {
    const page = await openPage(browser, { javaScriptEnabled, viewport: PHONE });
    await page.goto(`${world.url}/checkout/${id}`);
    const text = await textOf(page)();
    for (const sentence of words.says) expect(text).toContain(sentence);
    for (const sentence of words.never) expect(text).not.toContain(sentence);
    await page.context().close();
  }
});

describe('an open page', () => {
  test('says that the network removed the payment, and that it has returned', async () => {
    const id = await world.intent();
    const page = await openPage(browser);
    await goLive(page, world, id);
    const transfer = await world.transfer(id, { amount: '25' });
    await world.change({ intentId: id, to: S.ON_CHAIN });
    await expect.poll(() => page.title()).toMatch(/^Payment seen/);
    const em = world.orm.em.fork();
    await em.nativeUpdate(TokenTransfer, { id: BigInt(transfer) }, { state: 'orphaned' });
    await world.change({ intentId: id, to: S.TEMP_WALLET_RECEIVED });
    await expect.poll(() => page.title()).toMatch(/^The network removed your payment/);
    expect(await heard(page)()).toContain('Do not send again yet');
    const again = page.getByTestId('pay-again');
    expect(await again.getByTestId('address').isVisible()).toBe(false);
    await again.getByText('Pay 25.0000 USDT again').click();
    await again.getByTestId('address').waitFor();
    // The same transaction in another block.
    const { txHash } = await em.findOneOrFail(TokenTransfer, { id: BigInt(transfer) });
    const back = await world.transfer(id, { amount: '25' });
    await em.nativeUpdate(TokenTransfer, { id: BigInt(back) }, { txHash });
    await world.change({ intentId: id, to: S.ON_CHAIN });
    await expect.poll(() => page.title()).toMatch(/^Payment seen/);
    await page.context().close();
  });

  test('follows late money to its end: decided, refunded, confirmed; each is announced', async () => {
    const id = await world.intent({ orderId: null });
    await world.change({ intentId: id, to: S.TIMEOUT });
    const page = await openPage(browser);
    await goLive(page, world, id);
    expect(await heard(page)()).toContain('No payment arrived in time');
    const transferId = await world.transfer(id, { amount: '18', state: 'confirmed' });
    // The heading stays, so the focus does not move: only the live region can say it.
    await expect.poll(heard(page)).toContain('18.0000 USDT arrived after the checkout had ended');
    await world.change({ intentId: id, to: S.PENDING_MANUAL_OPERATION, reviews: [{ kind: 'late', transferId }] });
    await expect.poll(() => page.title()).toMatch(/^This payment is in review/);
    // An order without a number of the store is found by ours.
    await expect.poll(textOf(page)).toContain(`with the number ${id}`);
    const refundId = await refund(world, id, 18);
    await expect.poll(() => page.title()).toMatch(/^Your money is being refunded/);
    await expect.poll(heard(page)).toContain('is refunding 18.0000 USDT');
    await confirmRefund(world, refundId);
    await world.change({ intentId: id, to: S.TIMEOUT });
    await expect.poll(heard(page)).toContain('Nordlicht Supply refunded 18.0000 USDT');
    await page.context().close();
  });

  test('of a paid order announces a second payment and what the store decided', async () => {
    const id = await world.intent();
    await world.pay(id);
    const page = await openPage(browser);
    await page.goto(`${world.url}/checkout/${id}`);
    await untilHydrated(page);
    expect(await heard(page)()).toBe('Fund Sent. The payment is confirmed.');
    const transferId = await world.transfer(id, { amount: '7', state: 'confirmed' });
    await world.change({ intentId: id, reviews: [{ kind: 'second_payment', transferId }] });
    // The shopper comes back to the tab.
    const look = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await look();
    await expect.poll(heard(page)).toContain('7.0000 USDT arrived after the order had been paid');
    await close(world, id);
    await look();
    await expect.poll(heard(page)).toContain('did not count it as the payment');
    await page.context().close();
  });
});

test('a receipt stays while and after a refund, names it, and has the price beside what was paid', async () => {
  const id = await world.intent({ currency: null, rateE10: null });
  await world.pay(id, '26');
  const refundId = await refund(world, id, 4);
  const page = await openPage(browser);
  const receipt = async (): Promise<string> => {
    await page.goto(`${world.url}/checkout/${id}/receipt`);
    expect(new URL(page.url()).pathname).toMatch(/receipt$/);
    return await textOf(page)();
  };
  expect(await receipt()).toContain('Refund prepared, not sent yet');
  await confirmRefund(world, refundId);
  await world.change({ intentId: id, to: S.CONFIRMED });
  const text = await receipt();
  expect(text).toContain('Price25.0000 USDT');
  expect(text).toContain('Amount26.0000 USDT');
  expect(text).toContain('Refunded');
  await page.context().close();
});

test.each([
  ['late-refunded', 'We found 25.0000 USDT on Local Chain A. Nordlicht Supply refunded it.'],
  ['late-left', 'did not count it as the payment: ask Nordlicht Supply what happens to it'],
  ['late', 'so a person decides what happens to it'],
])('“I already sent it” of %s says what the store decided', async (name, sentence) => {
  const state = ODD_MONEY_STATES.find((one) => one.name === name);
  const id = await state?.make(world);
  if (!id) throw new Error(`no state ${name}`);
  const { txHash } = await world.orm.em.fork().findOneOrFail(TokenTransfer, { intent: id });
  const response = await fetch(`${world.url}/checkout/${id}/claim`, {
    ...{ method: 'POST', headers: { origin: world.url }, body: new URLSearchParams({ hash: txHash }) },
  });
  expect(await response.text()).toContain(sentence);
});

test('a payment with something to read does not return to the store by itself', async () => {
  await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { returnsAutomatically: true });
  const [plain, twice] = [await world.intent(), await paidTwice(world)];
  await world.pay(plain);
  const page = await openPage(browser);
  await page.goto(`${world.url}/checkout/${twice}`);
  await page.getByTestId('odd-money').waitFor();
  expect(await page.getByTestId('automatic-return').count()).toBe(0);
  await page.goto(`${world.url}/checkout/${plain}`);
  await page.getByTestId('automatic-return').waitFor();
  await page.context().close();
  await world.orm.em.fork().nativeUpdate(Store, { id: world.storeId }, { returnsAutomatically: false });
});

test('amounts keep their unit on one line of a narrow phone', async () => {
  const id = await removed(world);
  const page = await openPage(browser, { viewport: PHONE });
  await page.goto(`${world.url}/checkout/${id}?lang=ja`);
  const lines = await page
    .locator('main p span', { hasText: /^25\.0000 USDT$/ })
    .first()
    .evaluate((amount) => amount.getClientRects().length);
  expect(lines).toBe(1);
  await page.context().close();
});
