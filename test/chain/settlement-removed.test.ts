// A reorganisation deeper than the confirmations removes a settlement from a real chain: it is paid again, or it came back by itself.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import type { Hex } from '#domain/address.ts';
import { multiply, ONE_COIN } from '#domain/money.ts';
import { createSettlementFollower } from '#worker/settlement-follower.ts';
import { besideHidingProvider } from './support/hiding-provider.ts';
import { paidIntent, settlementOf, startRelayer } from './support/settling.ts';
import { eventually, MERCHANT, type PayableChain, startPayableChain, startWorld, type World } from './support/world.ts';

let world: World;
let chain: PayableChain;
let pool: RpcPool;
beforeEach(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  pool = createRpcPool({ chainId: chain.chainId, urls: [chain.rpcUrl] });
});
afterEach(async () => {
  await pool?.close();
  await Promise.all([world?.close(), chain?.stop()]);
});

type Intent = Awaited<ReturnType<typeof paidIntent>>;

const follow = (of = pool): Promise<number> =>
  createSettlementFollower({
    ...{ em: world.orm.em, pools: new Map([[chain.chainId, of]]), logger: { info() {}, warn() {} } },
  }).pass();

/** Runs a relayer until the settlement is recorded. */
const settle = async (intent: Intent): Promise<void> => {
  const relayer = startRelayer(world, chain.chainId, chain.rpcUrl);
  await eventually('a settlement', async () => {
    if ((await settlementOf(world, intent)).state === 'settled') return true;
    await chain.mine();
    return false;
  });
  await relayer.stop();
};

/** Settled, with the payment deeper than any of these reorganisations. */
const settled = async (): Promise<Intent> => {
  const intent = await paidIntent(world, chain, multiply(ONE_COIN, 5n));
  await chain.mine(10);
  await settle(intent);
  expect(await follow()).toBe(0);
  return intent;
};

/** Removes the settlement's block and those above it, and mines until the chain's rule calls another block confirmed there. */
const reorganise = async (intent: Intent, again: readonly unknown[] = []): Promise<void> => {
  const { blockNumber } = await settlementOf(world, intent);
  await chain.call('anvil_reorg', [Number((await chain.head()) - (blockNumber ?? 0n)) + 1, again]);
  await chain.mine(3);
};

test('one that vanished is owed again, and paid once', async () => {
  const intent = await settled();
  const merchant = await chain.balanceOf(1, MERCHANT);
  await reorganise(intent);
  expect(await chain.balanceOf(1, intent.depositAddress)).toBe(5_000_000n);
  expect(await follow()).toBe(1);
  expect(await settlementOf(world, intent)).toMatchObject({
    ...{ state: 'pending', netBaseUnits: null, feeBaseUnits: null, txHash: null, settledAt: null, removals: 1 },
  });
  expect(await follow()).toBe(0);

  await settle(intent);
  expect(await chain.balanceOf(1, intent.depositAddress)).toBe(0n);
  expect(await chain.balanceOf(1, MERCHANT)).toBe(merchant);
  expect(await world.orm.em.fork().execute('select state from settlement')).toEqual([{ state: 'settled' }]);
  expect(await world.timelineOf(intent.id)).toEqual(['settled', 'settlement_removed', 'settled']);
  // Once its block is final, nothing of it is read any more.
  await chain.mine(260);
  expect(await follow()).toBe(1);
  const { calls } = pool.stats();
  expect(await follow()).toBe(0);
  expect(pool.stats().calls).toBe(calls);
});

test('one that was mined again in another block stays settled, and nothing is told', async () => {
  const intent = await settled();
  const { txHash, blockNumber } = await settlementOf(world, intent);
  const raw = await chain.call<Hex>('eth_getRawTransactionByHash', [txHash]);
  await reorganise(intent, [[raw, 1]]);
  expect(await follow()).toBe(1);
  const now = await settlementOf(world, intent);
  expect(now).toMatchObject({ state: 'settled', txHash, blockNumber: (blockNumber ?? 0n) + 1n, removals: 0 });
  expect((now.netBaseUnits ?? 0n) + (now.feeBaseUnits ?? 0n)).toBe(5_000_000n);
  expect(await world.timelineOf(intent.id)).toEqual(['settled']);
  expect(await follow()).toBe(0);
});

test('one provider that hides it undoes nothing', async () => {
  const intent = await settled();
  await besideHidingProvider(chain, async (two) => {
    await follow(two);
    expect(await settlementOf(world, intent)).toMatchObject({ state: 'settled', removals: 0 });
  });
});
