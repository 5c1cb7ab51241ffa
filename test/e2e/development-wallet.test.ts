// The development wallet pays on real local chains, with 6 and 18 decimals, by its function and by the page's button, and rejects
// everything else. As a wallet of its own it is announced in development only; walks/development-wallet.ts pays with it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import { balanceOfCalldata } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { DEVELOPMENT_WALLET_SCRIPT } from '#web/development/wallet/script-path.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './support/checkout-world.ts';

let chains: TestChain[];
let database: TestDatabase;
let world: CheckoutWorld;
let browser: Browser;

beforeAll(async () => {
  chains = await Promise.all([31337, 31338].map((chainId) => startTestChain({ chainId })));
  for (const { rpcUrl } of chains) await deployLocalContracts({ rpcUrl });
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, {
    rpcUrls: Object.fromEntries(chains.map(({ chainId, rpcUrl }) => [chainId, rpcUrl])),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await database?.drop();
  for (const chain of chains ?? []) await chain.stop();
});

const chainOf = (chainId: number): TestChain => {
  const chain = chains.find((entry) => entry.chainId === chainId);
  if (!chain) throw new Error('no such chain');
  return chain;
};

const balanceOf = async (chainId: number, coin: CoinId, owner: Address): Promise<bigint> => {
  const token = tokenOf(chainById(chainId), coin)?.address;
  const data = balanceOfCalldata(owner);
  return BigInt(await chainOf(chainId).call<string>('eth_call', [{ to: token, data }, 'latest']));
};

const RPC = '/development-wallet/rpc';
const TO = toChecksumAddress(`0x${'77'.repeat(20)}`);

describe('the function', () => {
  test.each([
    [31337, 1],
    [31337, 2],
    [31338, 1],
    [31338, 2],
  ] as const)('pays to the base unit on chain %i, coin %i, twice', async (chainId, coin) => {
    const order = {
      rpcUrl: chainOf(chainId).rpcUrl,
      chain: chainById(chainId),
      coin,
      to: TO,
      amountBaseUnits: baseUnitsOf(1_234_567n),
    };
    const { txHash } = await payFromDevelopmentWallet(order);
    await payFromDevelopmentWallet(order);
    expect(txHash).toMatch(/^0x[0-9a-f]{64}$/);
    await expect.poll(() => balanceOf(chainId, coin, TO)).toBe(2_469_134n);
  });

  test('mints before it pays even when both wait for the same block', async () => {
    const slow = await startTestChain({ chainId: 31337, blockTime: 'manual' });
    try {
      await deployLocalContracts({ rpcUrl: slow.rpcUrl });
      const order = {
        rpcUrl: slow.rpcUrl,
        chain: chainById(31337),
        coin: 1 as const,
        to: TO,
        amountBaseUnits: baseUnitsOf(5n),
      };
      const { txHash } = await payFromDevelopmentWallet(order);
      await slow.mine();
      const receipt = await slow.call<{ status: string }>('eth_getTransactionReceipt', [txHash]);
      expect(receipt.status).toBe('0x1');
    } finally {
      await slow.stop();
    }
  });

  test('rejects a chain that is not local, whatever responds there, and a node that does not respond', async () => {
    const { rpcUrl } = chainOf(31337);
    const order = { rpcUrl, coin: 1 as const, to: TO, amountBaseUnits: baseUnitsOf(1n) };
    await expect(payFromDevelopmentWallet({ ...order, chain: chainById(1) })).rejects.toMatchObject({
      code: 'not_local',
    });
    await expect(
      payFromDevelopmentWallet({ ...order, chain: chainById(31337), rpcUrl: 'http://127.0.0.1:9' }),
    ).rejects.toMatchObject({ code: 'chain_unreachable' });
  });
});

describe('the button', () => {
  test.each([true, false])('pays the amount due on the chosen network (JavaScript: %s)', async (javaScriptEnabled) => {
    const id = await world.intent();
    const { depositAddress } = await world.orm.em.fork().findOneOrFail(CheckoutIntent, id);
    const page = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${world.url}/checkout/${id}?coin=USDC&network=31338`);
    await page.getByRole('button', { name: 'Pay with the development wallet' }).click();
    await expect.poll(() => page.locator('main').textContent()).toContain('The development wallet sent the payment.');
    await expect.poll(() => balanceOf(31338, 2, depositAddress)).toBe(25n * 10n ** 18n);
    expect(new URL(page.url()).searchParams.get('network')).toBe('31338');
    await page.context().close();
  });

  test('does not exist outside development, and neither does its action', async () => {
    const production = await openCheckoutWorld(database.url, { development: false });
    try {
      const url = `${production.url}/checkout/${await production.intent()}`;
      // The page's data includes its texts, so only what a shopper can see or click counts.
      const html = (await (await fetch(url)).text()).replaceAll(/<script[\s\S]*?<\/script>/g, '');
      expect(html).toContain('QR code and address');
      expect(html).not.toContain('development wallet');
      const post = await fetch(url, {
        method: 'POST',
        headers: { origin: production.url, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'coin=USDT&network=31337',
      });
      expect(post.status).toBe(404);
    } finally {
      await production.close();
    }
  });
});

describe('as a wallet, in production', () => {
  test('its script, its signing URL and the mailbox are not served, and no page requests them', async () => {
    const world = await openCheckoutWorld(database.url, { development: false });
    try {
      const headers = { origin: world.url, 'content-type': 'application/json' };
      const script = await fetch(world.url + DEVELOPMENT_WALLET_SCRIPT);
      expect(script.status).toBe(404);
      expect(await script.text()).not.toContain('eip6963');
      const rpc = await fetch(world.url + RPC, { method: 'POST', headers, body: '{"method":"chains"}' });
      expect(rpc.status).toBeGreaterThanOrEqual(400);
      expect(await rpc.text()).not.toContain('0x');
      for (const path of ['/dev/mailbox', '/dev/mailbox/eml_1']) {
        expect((await fetch(world.url + path)).status, path).toBe(404);
      }
      const id = await world.intent();
      const options = await (await fetch(`${world.url}/checkout/${id}/wallet`)).json();
      expect(options).toMatchObject({ developmentWalletScript: null });

      const page = await openPage(browser);
      const requested: string[] = [];
      page.on('request', (request) => requested.push(request.url()));
      await page.goto(`${world.url}/checkout/${id}?method=wallet`);
      await page.getByText('No wallet was found in this browser.').waitFor();
      expect(requested.filter((url) => url.includes('development-wallet'))).toEqual([]);
      await page.context().close();
    } finally {
      await world.close();
    }
  });

  test('the built pages have no part of it', () => {
    const files = globSync('build/{client,server}/**/*.js', { cwd: REPOSITORY });
    expect(files.length).toBeGreaterThan(10);
    const traces = /development-wallet\/|local\.checkout\.development-wallet|eip6963:announceProvider.*development/i;
    for (const file of files) expect(readFileSync(join(REPOSITORY, file), 'utf8'), file).not.toMatch(traces);
  });
});
