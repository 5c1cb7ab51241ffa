// The watcher over a real chain and a real database: payments are seen, confirmed and signalled, in every coin and on every chain.

import { Interface } from 'ethers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import type { Hex } from '#domain/address.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { transferCalldata } from '#domain/erc20.ts';
import { multiply, ONE_COIN, unitsOf, ZERO } from '#domain/money.ts';
import {
  caughtUp,
  eventually,
  FEE_RECEIVER,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './support/world.ts';

let world: World;
let chainA: PayableChain;
let chainB: PayableChain;
const watchers: RunningWatcher[] = [];
const watch = (chain: PayableChain, options?: Parameters<typeof startWatcher>[3]): RunningWatcher => {
  const watcher = startWatcher(world, chain.chainId, [chain.rpcUrl], options);
  watchers.push(watcher);
  return watcher;
};

beforeAll(async () => {
  [world, chainA, chainB] = await Promise.all([startWorld(), startPayableChain(31337), startPayableChain(31338)]);
});
afterEach(async () => {
  await Promise.all(watchers.splice(0).map((watcher) => watcher.stop()));
});
afterAll(async () => {
  await Promise.all([world?.close(), chainA?.stop(), chainB?.stop()]);
});

test('a payment is seen, then confirmed by the rule of the chain, and signalled once each', async () => {
  const intent = await world.createIntent();
  watch(chainA);
  await caughtUp(world, chainA);

  const txHash = await chainA.pay(intent.depositAddress, multiply(ONE_COIN, 5n));
  await eventually('the transfer', async () => (await world.transfersOf(intent.id)).length === 1, 3_000);
  const [seen] = await world.transfersOf(intent.id);
  expect(seen).toMatchObject({
    state: 'seen',
    coin: 1,
    txHash,
    amountBaseUnits: 5_000_000n,
    amountUnits: 5n * ONE_COIN,
  });
  expect(seen?.fromAddress.toLowerCase()).toBe(chainA.payer.toLowerCase());

  await chainA.mine();
  await eventually('confirmation', async () => (await world.transfersOf(intent.id))[0]?.state === 'confirmed');
  expect(await world.timelineOf(intent.id)).toEqual(['transfer_seen', 'transfer_confirmed']);
  expect(await world.signalsOf(intent.id)).toEqual(['transferSeen', 'transferConfirmed']);
});

test('18 decimals, the other coin, and a chain that the store does not accept are recorded unchanged', async () => {
  const intent = await world.createIntent();
  watch(chainB);
  const amount = 5n * ONE_COIN + 1n;
  await chainB.pay(intent.depositAddress, unitsOf(amount), 2);
  await chainB.mine(2);
  await eventually('the transfer', async () => (await world.transfersOf(intent.id))[0]?.state === 'confirmed');
  expect((await world.transfersOf(intent.id))[0]).toMatchObject({
    chainId: 31338,
    coin: 2,
    amountBaseUnits: amount,
    amountUnits: amount,
  });
});

test('blocks mined while no watcher ran are read, with one signal for a transfer that is confirmed already', async () => {
  const intent = await world.createIntent();
  await chainA.pay(intent.depositAddress, ONE_COIN);
  await chainA.mine(700);
  watch(chainA);
  await eventually('the transfer', async () => (await world.transfersOf(intent.id))[0]?.state === 'confirmed');
  expect(await world.signalsOf(intent.id)).toEqual(['transferConfirmed']);
  await caughtUp(world, chainA);
});

test('a fake token with the same symbol and a zero transfer are not payments; two transfers in two transactions are two', async () => {
  const intent = await world.createIntent();
  watch(chainA);
  await chainA.send(chainA.fakeUsdt, transferCalldata(intent.depositAddress, ZERO));
  await chainA.pay(intent.depositAddress, ZERO);
  await chainA.pay(intent.depositAddress, multiply(ONE_COIN, 2n));
  await chainA.pay(intent.depositAddress, multiply(ONE_COIN, 3n));
  await chainA.mine(2);
  await caughtUp(world, chainA);
  const amounts = (await world.transfersOf(intent.id)).map(({ amountUnits }) => amountUnits);
  expect(amounts).toEqual([2n * ONE_COIN, 3n * ONE_COIN]);
});

test('two transfers in one transaction are two, by log index', async () => {
  const intent = await world.createIntent();
  // Two deposits whose receiver is the deposit address under test, settled in one batch.
  const sources = [
    await world.createIntent({ receiver: intent.depositAddress }),
    await world.createIntent({ receiver: intent.depositAddress }),
  ];
  for (const { depositAddress } of sources) await chainA.pay(depositAddress, multiply(ONE_COIN, 5n));
  const group = [
    intent.depositAddress,
    FEE_RECEIVER,
    sources[0]?.feeRateE9,
    LOCAL_TOKENS.usdt6,
    sources.map(({ contractId }) => BigInt(`0x${contractId}`)),
  ];
  const data = new Interface(checkoutFactoryAbi).encodeFunctionData('settleBatch', [[group]]) as Hex;
  const txHash = await chainA.send(FACTORY_ADDRESS, data);
  watch(chainA);
  await caughtUp(world, chainA);
  const transfers = await world.transfersOf(intent.id);
  expect(transfers).toHaveLength(2);
  expect(transfers.every((transfer) => transfer.txHash === txHash)).toBe(true);
  expect(new Set(transfers.map(({ logIndex }) => logIndex)).size).toBe(2);
});

test('a store that requires more confirmations waits for them', async () => {
  const intent = await world.createIntent();
  await world.orm.em
    .fork()
    .execute(`update store set minimum_confirmations = '{"31337": 5}' where id = ?`, [world.storeId]);
  watch(chainA);
  await chainA.pay(intent.depositAddress, ONE_COIN);
  await chainA.mine(3);
  await caughtUp(world, chainA);
  expect((await world.transfersOf(intent.id))[0]?.state).toBe('seen');
  await chainA.mine();
  await caughtUp(world, chainA);
  expect((await world.transfersOf(intent.id))[0]?.state).toBe('confirmed');
  await world.orm.em.fork().execute('update store set minimum_confirmations = null where id = ?', [world.storeId]);
});

test('two watchers write each transfer once, and the second continues when the first ends', async () => {
  const intent = await world.createIntent();
  const first = watch(chainA, { owner: 'one', leaseMs: 3_000 });
  watch(chainA, { owner: 'two', leaseMs: 3_000 });
  await chainA.pay(intent.depositAddress, ONE_COIN);
  await chainA.mine(2);
  await caughtUp(world, chainA);
  await first.stop();
  await chainA.pay(intent.depositAddress, ONE_COIN);
  await chainA.mine(2);
  await caughtUp(world, chainA);
  expect(
    await world.signalsOf(intent.id).then((signals) => signals.filter((s) => s === 'transferConfirmed')),
  ).toHaveLength(2);
  expect(await world.transfersOf(intent.id)).toHaveLength(2);
});

test('RPC calls grow with blocks, not with open intents, and the second pass follows finality', async () => {
  const { pool } = watch(chainB);
  await caughtUp(world, chainB);
  const callsFor = async (intents: number): Promise<number> => {
    for (let made = 0; made < intents; made += 1) await world.createIntent();
    const before = pool.stats().byMethod.eth_getLogs ?? 0;
    for (let mined = 0; mined < 5; mined += 1) {
      await chainB.mine();
      await caughtUp(world, chainB);
    }
    return (pool.stats().byMethod.eth_getLogs ?? 0) - before;
  };
  const few = await callsFor(0);
  const many = await callsFor(200);
  expect(many).toBeLessThanOrEqual(few + 2);
  await eventually('the final cursor', async () => {
    await chainB.mine();
    const cursor = await world.cursor(chainB.chainId);
    return cursor !== undefined && BigInt(cursor.block_number) - BigInt(cursor.final_block_number) <= 20n;
  });
});
