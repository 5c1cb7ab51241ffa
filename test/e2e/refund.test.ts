// Refunds in a real browser and on a real chain: the wallet of the receiving address signs and sends them, or they are prepared,
// withdrawn, requested and dismissed.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestRefund } from '#db/refunds/refund-requests.ts';
import type { Address, Hex } from '#domain/address.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { baseUnitsOf, ONE_COIN, type Units, unitsOf } from '#domain/money.ts';
import { MERCHANT } from '#test/chain/support/world.ts';
import { PAYER } from './support/checkout-world.ts';
import { expectWorksByKeyboard } from './support/keyboard.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import {
  chain,
  closeRefunds,
  FEE_RECEIVER,
  follow,
  lateMoney,
  openAs,
  openRefunds,
  RATE,
  sign,
  world,
} from './support/refund-world.ts';
import { changeWallet, installWallet } from './support/scripted-wallet.ts';

/** As long as a real one. */
const KEY = `st_live_${'5'.repeat(32)}`;

beforeAll(() => openRefunds());
afterAll(closeRefunds);

test('an owner refunds late money with the receiving address; another account and another role cannot', async () => {
  const { id, deposit } = await lateMoney();
  const path = `${world.url}/dashboard/${world.storeId}/orders/${id}/send-back`;
  const manager = await openAs('manager');
  expect((await manager.goto(path))?.status()).toBe(403);
  await manager.context().close();

  const page = await openAs('owner');
  await installWallet(page, {
    account: MERCHANT,
    chainId: 31338,
    send: async ({ to, data }) => await chain.send(to as Address, data as Hex),
    sign,
  });
  await page.goto(path);
  await page.getByRole('heading', { name: 'Refund' }).waitFor();
  const button = page.getByRole('button', { name: 'Test Wallet' });
  await button.click();
  await page.getByText('Say why').waitFor();
  await page.getByLabel('Reason').fill('The order had expired');
  await expectRightInEveryLook(page, 'send back');
  await expectWorksByKeyboard(page, 'refund');

  await changeWallet(page, { account: PAYER }, false);
  await button.click();
  await page.getByText(/Choose the receiving address of this order/).waitFor();
  expect(await world.orm.em.fork().execute('select 1 from send_back')).toEqual([]);

  await changeWallet(page, { account: MERCHANT }, false);
  await button.click();
  await page.getByText('Being refunded').waitFor();
  expect(await chain.balanceOf(1, deposit)).toBe(0n);
  expect(await chain.balanceOf(1, PAYER)).toBe(12_345_678n - feeOfSettlement(baseUnitsOf(12_345_678n), RATE));

  await follow();
  // The page follows the refund to its end by itself.
  await page.getByText('Refunded', { exact: true }).waitFor();
  expect(await button.count()).toBe(0);
  await page.getByRole('link', { name: 'To the order' }).click();
  const refunds = page.getByRole('region', { name: 'Refunds of this order' });
  await refunds.getByText('Refunded', { exact: true }).waitFor();
  await page.context().close();
}, 120_000);

test('a part from the wallet, to another address, without a wallet in this browser: QR code, call data and a Safe file', async () => {
  const { id } = await lateMoney();
  await chain.pay(MERCHANT, unitsOf(50n * ONE_COIN));
  const page = await openAs('owner');
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}/send-back`);
  await page.getByText('do not credit what comes back').waitFor();
  await page.getByLabel('Amount in USDT').fill('5');
  await page.getByLabel('I bear it').check();
  await page.getByText('5.0000 USDT').first().waitFor();
  await page.getByLabel('Another address').check();
  await page.getByLabel('Address', { exact: true }).fill(FEE_RECEIVER);
  await page.getByLabel('Reason').fill('One of two items came back');
  await page.getByText('No wallet here').click();
  await page.getByRole('button', { name: 'Prepare the transfer' }).click();
  await page.getByText('Type the address twice').first().waitFor();
  await page.getByLabel('Address, again').fill(FEE_RECEIVER);
  await page.getByRole('button', { name: 'Prepare the transfer' }).click();
  await page.getByText('Signed, not sent').waitFor();
  await page.getByText('Send it another way').click();
  await page.getByRole('img', { name: 'QR code of the transfer' }).waitFor();
  await expectRightInEveryLook(page, 'refund another way');

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: /Safe’s Transaction Builder/ }).click();
  const file = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
  const [call] = file.transactions;
  expect(file).toMatchObject({
    version: '1.0',
    chainId: '31337',
    transactions: [{ value: '0', contractMethod: null }],
  });
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  const before = await chain.balanceOf(1, FEE_RECEIVER);
  await chain.send(call.to, call.data, { from: MERCHANT });
  expect((await chain.balanceOf(1, FEE_RECEIVER)) - before).toBe(5_000_000n);

  await follow();
  await page.reload();
  await page.getByText('Refunded', { exact: true }).waitFor();
  expect(await page.getByText('Up to 7.345678').count()).toBe(1);
  await page.context().close();
}, 120_000);

test('a prepared transfer is withdrawn; sent all the same, it is that refund', async () => {
  const { id } = await lateMoney();
  await chain.pay(MERCHANT, unitsOf(50n * ONE_COIN));
  const page = await openAs('owner');
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}/send-back`);
  await page.getByLabel('Amount in USDT').fill('5');
  await page.getByLabel('I bear it').check();
  await page.getByText('5.0000 USDT').first().waitFor();
  await page.getByLabel('Reason').fill('One of two items came back');
  await page.getByText('No wallet here').click();
  await page.getByRole('button', { name: 'Prepare the transfer' }).click();
  await page.getByText('Signed, not sent').waitFor();
  await page.getByText('Up to 7.345678').waitFor();
  await page.getByText('Withdraw this transfer').click();
  await expectRightInEveryLook(page, 'refund withdraw');
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByText('Withdrawn', { exact: true }).waitFor();
  await page.getByText('Up to 12.345678').waitFor();

  const [row] = await world.orm.em
    .fork()
    .execute<{ call_data: string; token: string }[]>('select call_data, token from send_back where intent_id = ?', [
      id,
    ]);
  await chain.call('anvil_impersonateAccount', [MERCHANT]);
  await chain.send(row?.token as Address, row?.call_data as Hex, { from: MERCHANT });
  await page.getByLabel('Reason').fill('Once more');
  await page.getByText('No wallet here').click();
  await page.getByRole('button', { name: 'Prepare the transfer' }).click();
  await page.getByText('was sent after all').waitFor();
  await follow();
  await page.reload();
  await page.getByText('Refunded', { exact: true }).waitFor();
  await page.getByText('Up to 7.345678').waitFor();
  await page.context().close();
}, 120_000);

test('a requested refund is shown with its terms, is signed, and another one is dismissed', async () => {
  const { id } = await lateMoney();
  const ask = (amountUnits: Units, reason: string) =>
    requestRefund(
      world.orm.em,
      world.storeId,
      id,
      { chainId: null, coin: null, token: null, payer: null, amountUnits, to: null, feeBearer: 'payer', reason },
      { id: KEY, claim: null },
    );
  await ask(unitsOf(3n * ONE_COIN), 'Wrong size');
  const page = await openAs('owner');
  await installWallet(page, {
    account: MERCHANT,
    chainId: chain.chainId,
    send: async ({ to, data }) => await chain.send(to as Address, data as Hex),
    sign,
  });
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}/send-back`);
  const heading = page.getByRole('heading', { name: 'Requested refund' });
  await heading.waitFor();
  await page.getByText('Requested over the API').waitFor();
  await page.getByText(KEY).waitFor();
  await page.getByText('Wrong size').first().waitFor();
  expect(await page.getByLabel('Amount in USDT').first().inputValue()).toMatch(/^3(\.0+)?$/);
  await expectRightInEveryLook(page, 'refund request');
  await page.getByRole('button', { name: 'Test Wallet' }).first().click();
  await page.getByText('Being refunded').waitFor();
  await heading.waitFor({ state: 'detached' });

  await ask(unitsOf(2n * ONE_COIN), 'A second item');
  await page.reload();
  await page.getByText('A second item').first().waitFor();
  await page.getByRole('button', { name: 'Dismiss the request' }).click();
  await heading.waitFor({ state: 'detached' });
  const requests = await world.orm.em
    .fork()
    .execute(
      'select canceled_at is not null as dismissed from refund_request where intent_id = ? order by created_at',
      [id],
    );
  expect(requests).toEqual([{ dismissed: false }, { dismissed: true }]);
  await page.context().close();
}, 120_000);
