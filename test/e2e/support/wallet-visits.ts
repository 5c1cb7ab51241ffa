// Checkouts in a browser with a scripted EIP-6963 wallet, on two real local chains: the world of the files that pay by wallet.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { developmentAccount, fillDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { AnnouncedTransaction, CheckoutIntent } from '#db/entities/intent.entity.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { chainById, type Token, tokenOf } from '#domain/chains.ts';
import { balanceOfCalldata, mintCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { baseUnitsOf } from '#domain/money.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { launchBrowser, openPage } from './browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';
import { callsOf, installWallet, type ScriptedWalletOptions } from './scripted-wallet.ts';

export const A = 31337;
export const B = 31338;
export const DENIED = toChecksumAddress(`0x${'de'.repeat(20)}`);
export const NO_GAS = toChecksumAddress(`0x${'9a'.repeat(20)}`);

let chains: Map<number, TestChain>;
export let rpcUrls: Record<number, string>;
export let database: TestDatabase;
export let world: CheckoutWorld;
export let browser: Browser;
export let payer: Address;
export let poor: Address;

/** Two local chains with a rich payer, pages and a browser: what the functions below use. */
export const openWallets = async (): Promise<void> => {
  const started = await Promise.all([A, B].map((chainId) => startTestChain({ chainId })));
  chains = new Map(started.map((chain) => [chain.chainId, chain]));
  for (const { rpcUrl, chainId } of started) {
    await deployLocalContracts({ rpcUrl });
    await fillDevelopmentWallet(rpcUrl, chainById(chainId));
  }
  payer = await developmentAccount(chainOf(A).rpcUrl);
  poor = toChecksumAddress((await chainOf(A).call<string[]>('eth_accounts'))[5] ?? '');
  const usdt = usdtOf(A).address;
  await chainOf(A).call('eth_sendTransaction', [
    { from: payer, to: usdt, data: mintCalldata(NO_GAS, baseUnitsOf(10n ** 9n)) },
  ]);
  rpcUrls = Object.fromEntries(started.map(({ chainId, rpcUrl }) => [chainId, rpcUrl]));
  database = await createTestDatabase();
  world = await openCheckoutWorld(database.url, {
    rpcUrls,
    screening: createStaticScreening([DENIED]),
  });
  browser = await launchBrowser();
};
export const closeWallets = async (): Promise<void> => {
  await browser?.close();
  await world?.close();
  await database?.drop();
  for (const chain of chains?.values() ?? []) await chain.stop();
};

export const chainOf = (chainId: number): TestChain => {
  const chain = chains.get(chainId);
  if (!chain) throw new Error('no such chain');
  return chain;
};
export const usdtOf = (chainId: number): Token => {
  const token = tokenOf(chainById(chainId), 1);
  if (!token) throw new Error('no such token');
  return token;
};
export const depositOf = async (id: IntentId): Promise<Address> =>
  (await world.orm.em.fork().findOneOrFail(CheckoutIntent, id)).depositAddress;
export const tokensAt = async (chainId: number, owner: Address): Promise<bigint> => {
  const data = balanceOfCalldata(owner);
  return BigInt(await chainOf(chainId).call<string>('eth_call', [{ to: usdtOf(chainId).address, data }, 'latest']));
};

export interface Visit extends Partial<Omit<ScriptedWalletOptions, 'send'>> {
  /** The network of the checkout. */
  network?: number;
  context?: BrowserContextOptions;
  /** The intent of the checkout; a new one when absent. */
  id?: IntentId;
  /** The pages' world; that of this file when absent. */
  from?: CheckoutWorld;
}

/** A checkout on the wallet method, in a browser with a scripted wallet. */
export const visit = async ({ network = A, context = {}, id: given, from = world, ...wallet }: Visit = {}) => {
  const id = given ?? (await from.intent());
  const page = await openPage(browser, context);
  const send = async ({ chainId, ...transaction }: Record<string, string>): Promise<string> =>
    await chainOf(Number(chainId)).call<string>('eth_sendTransaction', [transaction]);
  await installWallet(page, { account: payer, chainId: network, send, ...wallet });
  const url = `${from.url}/checkout/${id}?method=wallet&coin=USDT&network=${network}`;
  await page.goto(url);
  return { id, page, url };
};
export const walletButton = (page: Page) => page.getByRole('button', { name: 'Test Wallet' });
export const payButton = (page: Page) => page.getByRole('button', { name: 'Pay 25.0000 USDT' });
export const connect = async (page: Page): Promise<void> => await walletButton(page).click();
export const reviewed = async (options: Visit = {}) => {
  const visited = await visit(options);
  await connect(visited.page);
  await payButton(visited.page)
    .or(visited.page.getByRole('button', { name: /^Switch to/ }))
    .waitFor();
  return visited;
};
/** For a busy machine. */
export const PATIENT = { timeout: 15_000 };
export const says = (page: Page, label: string) =>
  expect.poll(() => page.locator('main').textContent(), PATIENT).toContain(label);
export const untilAnnounced = (intent: IntentId) =>
  expect.poll(() => world.orm.em.fork().count(AnnouncedTransaction, { intent, method: 2 }), PATIENT).toBe(1);
export const sentCount = async (page: Page): Promise<number> => (await callsOf(page, 'eth_sendTransaction')).length;
