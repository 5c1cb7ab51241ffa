// The dashboard over a real chain with the contracts, orders with money to refund, and the owner of the receiving address.
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import type { Browser, Page } from 'playwright-core';
import { createRpcPool } from '#chain/rpc-pool.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import type { Address } from '#domain/address.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { type IntentId, makeContractId, makeIntentId } from '#domain/ids.ts';
import { ONE_COIN, unitsOf } from '#domain/money.ts';
import type { ReleaseTypedData } from '#domain/release-order.ts';
import { IntentStatus } from '#domain/status.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { MERCHANT, type PayableChain, startPayableChain } from '#test/chain/support/world.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createRefundFollower } from '#worker/refund-follower.ts';
import { launchBrowser, openPage } from './browser.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';
import { logInAs } from './log-in.ts';

export const FEE_RECEIVER = localAccount('feeReceiver').address as Address;
export const RATE = 6_000_000n;

let database: TestDatabase;
export let chain: PayableChain;
export let world: CheckoutWorld;
export let browser: Browser;

/** A chain with the contracts, the dashboard, and a browser. */
export const openRefunds = async (options: { walletConnectProjectId?: string } = {}): Promise<void> => {
  [database, chain] = await Promise.all([createTestDatabase(), startPayableChain()]);
  world = await openCheckoutWorld(database.url, {
    ...options,
    host: 'localhost',
    rpcUrls: { 31337: chain.rpcUrl },
  });
  browser = await launchBrowser();
};

export const closeRefunds = async (): Promise<void> => {
  await browser?.close();
  await world?.close();
  await chain?.stop();
  await database?.drop();
};

/** An expired order whose address received 12.345678 USDT too late, on-chain and in the ledger. */
export const lateMoney = async (): Promise<{ id: IntentId; deposit: Address }> => {
  const id = makeIntentId(Date.now() / 1000, randomBytes(8));
  const terms = {
    receiver: MERCHANT,
    feeReceiver: FEE_RECEIVER,
    feeRateE9: RATE,
    contractId: makeContractId(randomBytes(12)),
  };
  const deposit = depositAddress(FACTORY_ADDRESS, terms);
  const expiresAt = new Date(Date.now() - 7_200_000);
  await world.intent({ id, ...terms, depositAddress: deposit, expiresAt, status: IntentStatus.TIMEOUT } as never);
  await chain.pay(deposit, unitsOf(12_345_678n * (ONE_COIN / 1_000_000n)));
  const transferId = await world.transfer(id, { amount: '12.345678', state: 'confirmed' });
  await changeIntent(world.orm.em.fork(), {
    intentId: id,
    actor: 'workflow',
    to: IntentStatus.PENDING_MANUAL_OPERATION,
    reviews: [{ kind: 'late', transferId }],
  });
  return { id, deposit };
};

/** Three blocks, and one pass of the worker's follower of refunds. */
export const follow = async (): Promise<void> => {
  const pool = createRpcPool({ chainId: chain.chainId, urls: [chain.rpcUrl] });
  const pools = new Map([[chain.chainId, pool]]);
  const follower = createRefundFollower({ em: world.orm.em, pools, logger: { info() {}, warn() {} } });
  await chain.mine(3);
  await follower.pass();
  await pool.close();
};

export const openAs = async (role: 'owner' | 'manager'): Promise<Page> => {
  const page = await openPage(browser);
  const email = `${randomBytes(4).toString('hex')}@example.com`;
  const { userId } = await logInAs(page.context(), world, email, 'merchant');
  await world.orm.em
    .fork()
    .execute(
      `insert into member (merchant_id, user_id, email, role) select merchant_id, ?, ?, ? from store where id = ?`,
      [userId, email, role, world.storeId],
    );
  return page;
};

/** Signs releases as the browser wallet of this local account. */
export const signerOf = (name: Parameters<typeof localAccount>[0]): ((json: string) => Promise<string>) => {
  const wallet = new Wallet(localAccount(name).privateKey);
  return (json) => {
    const { domain, types, message } = JSON.parse(json) as ReleaseTypedData;
    return wallet.signTypedData(domain, { Release: types.Release }, message);
  };
};
/** The receiving address. */
export const sign = signerOf('merchant');
