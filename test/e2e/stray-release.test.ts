// Stray money leaves its deposit address by a wallet in the order's page: the receiving address signs the order that the page shows, the
// server checks the signature, and the wallet sends the release.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordStrayMoney } from '#db/stray-money/stray-money.ts';
import type { Address, Hex } from '#domain/address.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { splitRelease } from '#domain/release-order.ts';
import { NATIVE_TOKEN } from '#domain/stray-money.ts';
import { MERCHANT } from '#test/chain/support/world.ts';
import { PAYER } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import {
  chain,
  closeRefunds,
  lateMoney,
  openAs,
  openRefunds,
  RATE,
  sign,
  signerOf,
  world,
} from './support/refund-world.ts';
import { changeWallet, installWallet } from './support/scripted-wallet.ts';

beforeAll(() => openRefunds());
afterAll(closeRefunds);

const WEI = 3n * 10n ** 15n;

test('an owner releases native coin with the receiving address; another account and another signature release nothing', async () => {
  const { id, deposit } = await lateMoney();
  await chain.send(deposit, '0x', { value: `0x${WEI.toString(16)}` });
  await recordStrayMoney(world.orm.em.fork(), id, [
    {
      ...{ chainId: chain.chainId, token: NATIVE_TOKEN, decimals: 18, symbol: 'ETH' },
      ...{ amountBaseUnits: baseUnitsOf(WEI), sender: null, txHash: null, foundBy: 'page' as const },
    },
  ]);
  const page = await openAs('owner');
  let signer = signerOf('feeReceiver');
  await installWallet(page, {
    account: PAYER,
    chainId: 31338,
    send: async ({ to, data }) => await chain.send(to as Address, data as Hex),
    sign: (json) => signer(json),
  });
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}`);
  await page.getByText('Release it').click();
  await page.getByLabel('Send to').fill(PAYER);
  await page.getByRole('button', { name: 'Prepare the order' }).click();
  const button = page.getByRole('button', { name: 'Test Wallet' });
  await button.click();
  await page.getByText(/Choose the receiving address of this order/).waitFor();

  await changeWallet(page, { account: MERCHANT }, false);
  await button.click();
  await page.getByText(`This was not signed by ${MERCHANT}`).waitFor();
  expect(await chain.nativeOf(deposit)).toBe(WEI);
  await expectRightInEveryLook(page, 'release of stray money');

  signer = sign;
  const before = await chain.nativeOf(PAYER);
  await button.click();
  await page.getByText('The wallet sent it').waitFor();
  expect(await chain.nativeOf(deposit)).toBe(0n);
  expect((await chain.nativeOf(PAYER)) - before).toBe(splitRelease(baseUnitsOf(WEI), RATE).netBaseUnits);
  expect(await button.count()).toBe(0);

  await page.getByLabel('Reason').first().fill('Returned to the payer');
  await page.getByRole('button', { name: 'It was released' }).click();
  await page.getByText('The network’s own coin at this address').waitFor({ state: 'detached' });
  await page.context().close();
}, 180_000);
