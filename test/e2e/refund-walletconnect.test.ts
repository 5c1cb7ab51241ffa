// A refund by WalletConnect on a real chain: prepared in the dashboard, signed and sent by a wallet on another device, which a double
// of the relay connects, and found by the worker's follower.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address, Hex } from '#domain/address.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import { MERCHANT } from '#test/chain/support/world.ts';
import { PAYER } from './support/checkout-world.ts';
import { expectRightInEveryLook } from './support/looks.ts';
import {
  browser,
  chain,
  closeRefunds,
  follow,
  lateMoney,
  openAs,
  openRefunds,
  RATE,
  sign,
  world,
} from './support/refund-world.ts';
import { createRelay, openPhoneWallet, PROJECT_ID } from './support/wallet-connect-relay.ts';

beforeAll(() => openRefunds({ walletConnectProjectId: PROJECT_ID }));
afterAll(closeRefunds);

test('an owner refunds late money with a wallet on another device; what it rejects changes nothing', async () => {
  const { id, deposit } = await lateMoney();
  const relay = createRelay();
  let rejects = true;
  const phone = await openPhoneWallet(browser, relay, {
    account: MERCHANT,
    chainId: chain.chainId,
    async approve(method, params) {
      if (rejects) throw new Error('rejected');
      if (method === 'eth_signTypedData_v4') return await sign(String(params[1]));
      const [{ from, to, data }] = params as [{ from: Address; to: Address; data: Hex }];
      return await chain.send(to, data, { from });
    },
  });
  const page = await openAs('owner');
  const context = page.context();
  await relay.serve(context);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}/send-back`);
  await page.getByLabel('Reason').fill('The order had expired');

  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const pair = async (): Promise<void> => {
    await page.getByRole('button', { name: 'WalletConnect' }).click();
    await page.getByRole('img', { name: 'WalletConnect QR code' }).waitFor();
    await expectRightInEveryLook(page, 'refund by WalletConnect');
    // Each pairing has its own link.
    const before = await copied();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect.poll(copied).not.toBe(before);
    expect(await copied()).toMatch(/^wc:[0-9a-f]{64}@2\?.*symKey=/);
    await phone.scan(await copied());
  };
  await pair();
  await page.getByText('Nothing was sent.').waitFor();
  expect(await world.orm.em.fork().execute('select 1 from send_back')).toEqual([]);

  rejects = false;
  await pair();
  await page.getByText('Being refunded').waitFor();
  expect(phone.requests.map(({ method }) => method)).toEqual([
    'eth_signTypedData_v4',
    'eth_signTypedData_v4',
    'eth_sendTransaction',
  ]);
  const [, signed] = phone.requests;
  expect(signed?.params[0]).toBe(MERCHANT);
  expect(JSON.parse(String(signed?.params[1])).message).toMatchObject({ to: PAYER });
  expect(relay.opened.length).toBeGreaterThanOrEqual(2);

  await follow();
  await page.reload();
  await page.getByText('Refunded', { exact: true }).waitFor();
  expect(await chain.balanceOf(1, deposit)).toBe(0n);
  expect(await chain.balanceOf(1, PAYER)).toBe(12_345_678n - feeOfSettlement(baseUnitsOf(12_345_678n), RATE));
  // Back to what stood; the workflow closes it, because the decision on its money is made.
  const [refund] = await world.orm.em.fork().execute(
    `select b.state, i.status, r.outcome from send_back b join checkout_intent i on i.id = b.intent_id
     join review_item r on r.intent_id = i.id`,
  );
  const status = IntentStatus.PENDING_MANUAL_OPERATION;
  expect(refund).toEqual({ state: 'confirmed', status, outcome: 'sent_back' });
  await page.goto(`${world.url}/dashboard/${world.storeId}/orders/${id}`);
  await page.getByText('Refunded to the payer').first().waitFor();
  await phone.close();
  await context.close();
}, 180_000);
