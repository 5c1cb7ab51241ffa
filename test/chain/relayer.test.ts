// The relayer over a real chain and a real database: settled amounts add up to the last unit, and no failure on the way loses a
// settlement, pays one twice or leaves a gap in the nonces.
import { Interface, Wallet } from 'ethers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { type Hex, ZERO_ADDRESS } from '#domain/address.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { baseUnitsOf, multiply, ONE_COIN, unitsOf, weiOf } from '#domain/money.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import {
  paidIntent,
  type RunningRelayer,
  relayerTransactions,
  relayerTrouble,
  settlementOf,
  startRelayer,
} from './support/settling.ts';
import {
  eventually,
  FEE_RECEIVER,
  MERCHANT,
  type PayableChain,
  startPayableChain,
  startWorld,
  type World,
} from './support/world.ts';

let world: World;
let chain: PayableChain;
let proxy: LyingRpc;
const relayers: RunningRelayer[] = [];
const relay = (options: Parameters<typeof startRelayer>[3] = {}, url = chain.rpcUrl): RunningRelayer => {
  const relayer = startRelayer(world, chain.chainId, url, options);
  relayers.push(relayer);
  return relayer;
};

beforeEach(async () => {
  [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  proxy = await startLyingRpc(chain.rpcUrl);
});
afterEach(async () => {
  await Promise.all(relayers.splice(0).map((relayer) => relayer.stop()));
  await Promise.all([world?.close(), chain?.stop(), proxy?.stop()]);
});

type Intent = Awaited<ReturnType<typeof paidIntent>>;
const isSettled = async (intent: Intent): Promise<boolean> => (await settlementOf(world, intent)).state === 'settled';
/** Mines until the settlement is confirmed, as a real chain does by itself. */
const settled = async (intent: Intent): Promise<void> =>
  await eventually(`settlement of ${intent.id}`, async () => {
    if (await isSettled(intent)) return true;
    await chain.mine();
    return false;
  });
const mined = async (): Promise<{ nonce: bigint; state: string }[]> =>
  (await relayerTransactions(world)).map(({ nonce, state }) => ({ nonce, state }));

const settleByHand = async (intent: Intent, priority = 2_000_000_000n): Promise<Hex> => {
  const terms = [intent.receiver, intent.feeReceiver, intent.feeRateE9, BigInt(`0x${intent.contractId}`)];
  const data = new Interface(checkoutFactoryAbi).encodeFunctionData('settle', [terms, LOCAL_TOKENS.usdt6]);
  return await chain.send(FACTORY_ADDRESS, data as Hex, {
    gas: '0xf4240',
    maxFeePerGas: '0x174876e800',
    maxPriorityFeePerGas: `0x${priority.toString(16)}`,
  });
};

test('a batch pays merchant and fee to the last unit, for both coins, in one transaction', async () => {
  const amounts = [5_000_000n, 12_345_678n, 1n, 999_999_999n];
  const intents: Intent[] = [];
  for (const [index, amount] of amounts.entries()) {
    intents.push(await paidIntent(world, chain, unitsOf(amount * 10n ** 12n), { coin: index % 2 === 0 ? 1 : 2 }));
  }
  const before = [await chain.balanceOf(1, MERCHANT), await chain.balanceOf(2, MERCHANT)] as const;
  const feesBefore = (await chain.balanceOf(1, FEE_RECEIVER)) + (await chain.balanceOf(2, FEE_RECEIVER));
  relay();
  for (const intent of intents) await settled(intent);

  let fees = 0n;
  for (const [index, intent] of intents.entries()) {
    const row = await settlementOf(world, intent);
    const amount = amounts[index] ?? 0n;
    expect(row.feeBaseUnits).toBe(feeOfSettlement(baseUnitsOf(amount), intent.feeRateE9));
    expect((row.netBaseUnits ?? 0n) + (row.feeBaseUnits ?? 0n)).toBe(amount);
    fees += row.feeBaseUnits ?? 0n;
    expect(await world.timelineOf(intent.id)).toEqual(['settled']);
    expect(await chain.balanceOf(index % 2 === 0 ? 1 : 2, intent.depositAddress)).toBe(0n);
  }
  expect((await chain.balanceOf(1, FEE_RECEIVER)) + (await chain.balanceOf(2, FEE_RECEIVER)) - feesBefore).toBe(fees);
  const gained = (await chain.balanceOf(1, MERCHANT)) - before[0] + (await chain.balanceOf(2, MERCHANT)) - before[1];
  expect(gained + fees).toBe(amounts.reduce((sum, amount) => sum + amount, 0n));
  expect(await mined()).toEqual([{ nonce: 0n, state: 'mined' }]);
});

test('after a kill between storing and sending, the next relayer sends what was stored', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  proxy.lie = {
    response: async (method, _params, truth) => {
      if (method === 'eth_sendRawTransaction') throw new Error('not taken');
      return await truth();
    },
  };
  const first = relay({}, proxy.url);
  await eventually('a stored transaction', async () => (await relayerTransactions(world)).length === 1);
  await first.stop();
  const [stored] = await relayerTransactions(world);
  expect(await chain.call('eth_getTransactionByHash', [stored?.txHash])).toBeNull();
  relay({ owner: 'another' });
  await settled(intent);
  expect(await relayerTransactions(world)).toMatchObject([{ txHash: stored?.txHash, state: 'mined', attempt: 1 }]);
});

test('a stuck transaction is replaced at a higher price with the same nonce and paid once', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  await chain.call('evm_setAutomine', [false]);
  relay({ stuckAfterMs: 700 });
  await eventually('a replacement', async () => (await relayerTransactions(world)).length >= 2);
  await settled(intent);
  const transactions = await relayerTransactions(world);
  expect(new Set(transactions.map(({ nonce }) => nonce))).toEqual(new Set([0n]));
  expect(transactions.filter(({ state }) => state === 'mined')).toHaveLength(1);
  expect(transactions.filter(({ state }) => state === 'replaced')).toHaveLength(transactions.length - 1);
  expect((transactions[1]?.maxFeePerGas ?? 0n) > (transactions[0]?.maxFeePerGas ?? 0n)).toBe(true);
  expect(await chain.balanceOf(1, intent.depositAddress)).toBe(0n);
});

test('a deposit settled by somebody else first is skipped, found, and recorded with the figures of the chain', async () => {
  const intent = await paidIntent(world, chain, multiply(ONE_COIN, 7n));
  await chain.call('evm_setAutomine', [false]);
  relay();
  await eventually('our transaction', async () => (await relayerTransactions(world))[0]?.state === 'sent');
  const theirs = await settleByHand(intent, 50_000_000_000n);
  await settled(intent);
  const row = await settlementOf(world, intent);
  expect(row).toMatchObject({ txHash: theirs, attempts: 1 });
  expect((row.netBaseUnits ?? 0n) + (row.feeBaseUnits ?? 0n)).toBe(7_000_000n);
  expect(await world.timelineOf(intent.id)).toEqual(['settled']);
});

test('a deposit settled by somebody else in parts has every part recorded', async () => {
  const intent = await paidIntent(world, chain, multiply(ONE_COIN, 3n));
  await settleByHand(intent);
  await chain.pay(intent.depositAddress, multiply(ONE_COIN, 2n));
  await settleByHand(intent);
  await chain.mine(2);
  relay();
  await settled(intent);
  const rows = await world.orm.em
    .fork()
    .execute<{ state: string; total: string }[]>(
      'select state, (net_base_units + fee_base_units)::text as total from settlement where intent_id = ? order by log_index, total',
      [intent.id],
    );
  expect(rows.map(({ state }) => state)).toEqual(['settled', 'settled']);
  expect(rows.map(({ total }) => Number(total)).sort()).toEqual([2_000_000, 3_000_000]);
  expect(await relayerTransactions(world)).toEqual([]);
});

test('a settlement that a reorganisation removed is sent again and recorded once', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  await chain.mine(3);
  relay();
  await eventually('the first block', async () => (await relayerTransactions(world))[0]?.blockNumber != null);
  await chain.call('anvil_reorg', [1, []]);
  expect(await chain.balanceOf(1, intent.depositAddress)).toBe(1_000_000n);
  await settled(intent);
  expect(await chain.balanceOf(1, intent.depositAddress)).toBe(0n);
  expect(await world.timelineOf(intent.id)).toEqual(['settled']);
  expect(await mined()).toEqual([{ nonce: 0n, state: 'mined' }]);
});

test('a deposit that cannot be settled does not delay others, and is retried every hour with its reason', async () => {
  const bad = await paidIntent(world, chain, ONE_COIN, { receiver: ZERO_ADDRESS });
  const good = await paidIntent(world, chain, ONE_COIN);
  relay();
  await settled(good);
  await eventually('trouble', async () => (await relayerTrouble(world))?.includes(bad.id) === true);
  const waiting = await settlementOf(world, bad);
  expect(waiting).toMatchObject({
    state: 'pending',
    attempts: 5,
    lastError: expect.stringContaining('eth_estimateGas'),
  });
  expect(waiting.availableAt.getTime() - Date.now()).toBeGreaterThan(50 * 60_000);
  expect(await relayerTrouble(world)).toContain(waiting.lastError);
  await world.orm.em.fork().execute('update settlement set available_at = now() where intent_id = ?', [bad.id]);
  await eventually('the sixth attempt', async () => (await settlementOf(world, bad)).attempts === 6);
  expect((await settlementOf(world, bad)).state).toBe('pending');
  expect(await mined()).toEqual([{ nonce: 0n, state: 'mined' }]);
});

test('a relayer without gas reports it, and settles once it has gas', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  const poor = Wallet.createRandom();
  relay({ privateKey: poor.privateKey });
  await eventually('trouble', async () => (await relayerTrouble(world))?.includes('too little ETH') === true);
  await chain.call('anvil_setBalance', [poor.address, '0xde0b6b3a7640000']);
  await settled(intent);
  await eventually('no trouble', async () => (await relayerTrouble(world)) === null);
});

test('two relayers with one key settle every deposit once and leave no gap in the nonces', async () => {
  const intents: Intent[] = [];
  for (let made = 0; made < 60; made += 1) intents.push(await paidIntent(world, chain, ONE_COIN));
  const merchantBefore = await chain.balanceOf(1, MERCHANT);
  relay({ owner: 'one' });
  relay({ owner: 'two' });
  for (const intent of intents) await settled(intent);
  expect(await mined()).toEqual([
    { nonce: 0n, state: 'mined' },
    { nonce: 1n, state: 'mined' },
  ]);
  const rows = await Promise.all(intents.map((intent) => settlementOf(world, intent)));
  const net = rows.reduce((sum, { netBaseUnits }) => sum + (netBaseUnits ?? 0n), 0n);
  expect((await chain.balanceOf(1, MERCHANT)) - merchantBefore).toBe(net);
});

test('a gas price above the cap delays the settlement with a reason', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  relay({ maxFeePerGasCap: weiOf(1n) });
  await eventually('trouble', async () => (await relayerTrouble(world))?.includes('above the cap') === true);
  expect((await settlementOf(world, intent)).state).toBe('pending');
  expect(await relayerTransactions(world)).toEqual([]);
});

test('an empty deposit whose logs cannot be read delays nobody else, and is checked again', async () => {
  const emptied = await paidIntent(world, chain, multiply(ONE_COIN, 5n));
  await settleByHand(emptied);
  await chain.mine(2);
  const next = await paidIntent(world, chain, multiply(ONE_COIN, 6n));
  proxy.lie = {
    response: async (method, _params, truth) => {
      if (method === 'eth_getLogs') throw new Error('missing trie node: history is pruned');
      return await truth();
    },
  };
  relay({ retry: { baseMs: 500, attemptsUntilTrouble: 20 } }, proxy.url);
  await settled(next);
  expect(await settlementOf(world, emptied)).toMatchObject({ state: 'pending', netBaseUnits: null });
  proxy.lie = null;
  await settled(emptied);
});
