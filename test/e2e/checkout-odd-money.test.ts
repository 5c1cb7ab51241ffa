// Money that does not fit, on an open checkout: the page and its tab follow what happens, each coin is an amount of its own, and the
// shopper can say where a refund should go and be told by e-mail.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { readRefundAddresses } from '#db/refunds/refund-addresses.ts';
import { toChecksumAddress } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { IntentStatus as S } from '#domain/status.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, goLive, openCheckoutWorld } from './support/checkout-world.ts';

let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;
let chain: TestChain;

beforeAll(async () => {
  [database, chain] = await Promise.all([createTestDatabase(), startTestChain({ chainId: 31337 })]);
  world = await openCheckoutWorld(database.url, { rpcUrls: { 31337: chain.rpcUrl } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await chain?.stop();
  await database?.drop();
});

const OWN = toChecksumAddress(`0x${'cd'.repeat(20)}`);

const openLive = async (id: IntentId): Promise<Page> => {
  const page = await openPage(browser);
  await goLive(page, world, id);
  return page;
};
const canceled = async (): Promise<IntentId> => {
  const id = await world.intent();
  await world.change({ intentId: id, to: S.CANCELED });
  return id;
};
const main = (page: Page) => () => page.locator('main').textContent();

describe('an open page', () => {
  test('of a canceled checkout says that money came, and then that it is in review', async () => {
    const id = await canceled();
    const page = await openLive(id);
    expect(await main(page)()).toContain('Nothing was charged.');
    expect(await page.title()).toContain('canceled');
    const transfer = await world.transfer(id, { amount: '18', state: 'confirmed' });
    await expect.poll(main(page)).toContain('18.0000 USDT arrived after the checkout had ended');
    expect(await main(page)()).not.toContain('Nothing was charged');
    await world.change({
      intentId: id,
      to: S.PENDING_MANUAL_OPERATION,
      reviews: [{ kind: 'late', transferId: transfer }],
    });
    await expect.poll(() => page.title()).toContain('in review');
    expect(await main(page)()).toContain('What happens next');
    await page.context().close();
  });

  test('tells its state in the tab’s title, also when another tab is in front', async () => {
    const id = await world.intent();
    const page = await openLive(id);
    expect(await page.title()).toMatch(/^Send 25\.0000 USDT/);
    const other = await page.context().newPage();
    await other.bringToFront();
    await world.pay(id);
    await expect.poll(() => page.title()).toMatch(/^Fund Sent/);
    await page.context().close();
  });
});

test('two coins are two amounts: on the part-paid page, the result and the receipt', async () => {
  const id = await world.intent();
  const parts = [
    await world.transfer(id, { amount: '10', state: 'confirmed' }),
    await world.transfer(id, { amount: '8', coin: 2, chainId: 31338, state: 'confirmed' }),
  ];
  const page = await openLive(id);
  expect(await page.getByTestId('part-received').textContent()).toContain('10.0000 USDT + 8.0000 USDC');
  parts.push(await world.transfer(id, { amount: '8', coin: 2, chainId: 31338, state: 'confirmed' }));
  await world.change({ intentId: id, to: S.CONFIRMED, paymentTransferIds: parts });
  await expect.poll(main(page)).toContain('10.0000 USDT + 16.0000 USDC');
  await expect.poll(main(page)).toContain('You sent 1.0000 USDC more than the price');
  await page.goto(`${world.url}/checkout/${id}/receipt`);
  expect(await main(page)()).toContain('10.0000 USDT + 16.0000 USDC');
  expect(await main(page)()).toContain('Local Chain A, Local Chain B');
  await page.context().close();
});

describe('a refund address', () => {
  const inReview = async (): Promise<IntentId> => {
    const id = await canceled();
    const transfer = await world.transfer(id, { amount: '18', state: 'confirmed' });
    await world.change({
      intentId: id,
      to: S.PENDING_MANUAL_OPERATION,
      reviews: [{ kind: 'late', transferId: transfer }],
    });
    return id;
  };
  const given = (id: IntentId) => readRefundAddresses(world.orm.em, id);

  test('is checked, asked for twice, given once, and shown again', async () => {
    const id = await inReview();
    const page = await openLive(id);
    const offer = page.getByTestId('refund-address');
    await offer.locator('summary').click();
    const save = async (address: string, repeated = address): Promise<void> => {
      await offer.getByLabel('Your address on the same network').fill(address);
      await offer.getByLabel('The same address again').fill(repeated);
      await offer.getByRole('button').click();
    };
    const result = () => offer.getByRole('status').textContent();
    await save(OWN, toChecksumAddress(`0x${'ce'.repeat(20)}`));
    await expect.poll(result).toContain('not the same');
    await save(`${OWN.slice(0, -1)}D`.replace('cD', 'CD'));
    await expect.poll(result).toContain('A character of this address is wrong');
    await save(OWN.toLowerCase());
    await expect.poll(result).toContain('all lower or all upper case');
    await save('0xdAC17F958D2ee523a2206206994597C13D831ec7');
    await expect.poll(result).toContain('the contract of a token');
    const { depositAddress } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
    await save(depositAddress);
    await expect.poll(result).toContain('would be lost');
    expect(await given(id)).toEqual([]);
    await save(OWN);
    await expect.poll(result).toContain('Saved');
    expect(await given(id)).toMatchObject([{ chainId: 31337, address: OWN }]);
    await expect.poll(() => offer.textContent()).toContain(OWN);
    expect(await offer.getByRole('button').count()).toBe(0);
    await page.context().close();
  });

  test('cannot be replaced, nor given for a transfer of another order', async () => {
    const [id, other] = [await inReview(), await inReview()];
    // The browser that opened the checkout first.
    const opened = await fetch(`${world.url}/checkout/${id}/browser`, {
      method: 'POST',
      headers: { origin: world.url },
    });
    const cookie = opened.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const send = async (hash: string, address: string) => {
      const body = new URLSearchParams({ hash, address, repeated: address });
      return await fetch(`${world.url}/checkout/${id}/refund-address`, {
        method: 'POST',
        body,
        headers: { origin: world.url, cookie },
      });
    };
    const hashOf = async (intent: IntentId): Promise<string> => {
      const [row] = await world.orm.em
        .fork()
        .execute<{ tx_hash: string }[]>('select tx_hash from token_transfer where intent_id = ?', [intent]);
      return row?.tx_hash ?? '';
    };
    expect((await send(await hashOf(other), OWN)).status).toBe(422);
    expect((await send(await hashOf(id), OWN)).status).toBe(200);
    expect((await send(await hashOf(id), toChecksumAddress(`0x${'ce'.repeat(20)}`))).status).toBe(409);
    expect((await send(await hashOf(id), OWN)).status).toBe(200);
    expect(await given(id)).toMatchObject([{ address: OWN }]);
  });

  test('and updates by e-mail need no JavaScript', async () => {
    const id = await inReview();
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${world.url}/checkout/${id}/refund-address`);
    await page.getByLabel('Your address on the same network').fill(OWN);
    await page.getByLabel('The same address again').fill(OWN);
    await page.getByRole('button').click();
    expect(await page.locator('main').textContent()).toContain('Saved');
    await page.goto(`${world.url}/checkout/${id}`);
    await page.getByText('Updates by e-mail').click();
    await page.getByLabel('Send updates to').fill('shopper@example.com');
    await page.getByRole('button', { name: 'Send me updates' }).click();
    const { shopperEmail } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
    expect(shopperEmail).toBe('shopper@example.com');
    await context.close();
  });
});
