// The relayer over a real chain and a real database: settled amounts add up to the last unit, and no failure on the way loses a
// settlement, pays one twice or leaves a gap in the nonces.
import { type HDNodeWallet, Interface, Transaction, Wallet } from 'ethers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutFactoryAbi } from '#contracts/generated/checkout-factory.ts';
import { readChainGas, readStoreGas } from '#db/settlements/gas-spent.ts';
import { createSettlementLedger } from '#db/settlements/settlement-ledger.ts';
import { type Address, type Hex, ZERO_ADDRESS } from '#domain/address.ts';
import { FACTORY_ADDRESS, LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { feeOfSettlement } from '#domain/fees.ts';
import { baseUnitsOf, multiply, ONE_COIN, unitsOf, weiOf } from '#domain/money.ts';
import type { SettledNews } from '#domain/settlements.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
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
  const news: SettledNews[] = [];
  relay({ onSettled: (one) => news.push(one) });
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
  await eventually('the news of each', async () => news.length === intents.length);
  for (const intent of intents) {
    const { token, txHash, createdAt: owedAt } = await settlementOf(world, intent);
    expect(news).toContainEqual({ intentId: intent.id, token, txHash, owedAt });
  }
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
  relay({ privateKeys: [poor.privateKey] });
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

/** The node of a network without a base fee, as those before EIP-1559. */
const withoutBaseFee: NonNullable<LyingRpc['lie']> = {
  response: async (method, _params, truth) => {
    if (method === 'eth_feeHistory' || method === 'eth_maxPriorityFeePerGas') throw new Error('no such method');
    const response = await truth();
    if (method !== 'eth_getBlockByNumber' || response === null) return response;
    const { baseFeePerGas: _, ...block } = response as Record<string, unknown>;
    return block;
  },
};

test('on a network without a base fee transactions have one price, and replacements a higher one', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  await chain.call('evm_setAutomine', [false]);
  proxy.lie = withoutBaseFee;
  relay({ stuckAfterMs: 700 }, proxy.url);
  await eventually('a replacement', async () => (await relayerTransactions(world)).length >= 2);
  await settled(intent);
  const sent = (await relayerTransactions(world)).map(({ rawTx }) => Transaction.from(rawTx));
  expect(new Set(sent.map(({ type, nonce }) => `${type} ${nonce}`))).toEqual(new Set(['0 0']));
  const [first, second] = sent.map(({ gasPrice }) => gasPrice ?? 0n);
  expect(second).toBeGreaterThan(first ?? 0n);
});

const funded = async (): Promise<HDNodeWallet> => {
  const wallet = Wallet.createRandom();
  await chain.call('anvil_setBalance', [wallet.address, '0xde0b6b3a7640000']);
  return wallet;
};
const ownKey = localAccount('relayer').privateKey;
const senders = async (): Promise<string[]> => (await relayerTransactions(world)).map(({ relayer }) => relayer);

test('several keys share the work: what comes while one has a transaction in flight goes to another', async () => {
  const other = await funded();
  const intents = [await paidIntent(world, chain, ONE_COIN), await paidIntent(world, chain, ONE_COIN)];
  const due = (when: string) =>
    world.orm.em.fork().execute(`update settlement set available_at = ${when} where intent_id = ?`, [intents[1]?.id]);
  await due("now() + interval '1 hour'");
  await chain.call('evm_setAutomine', [false]);
  relay({ privateKeys: [ownKey, other.privateKey] });
  await eventually('the first transaction', async () => (await relayerTransactions(world)).length === 1);
  await due('now()');
  await eventually('the second one', async () => (await relayerTransactions(world)).length === 2);
  for (const intent of intents) await settled(intent);
  const rows = await relayerTransactions(world);
  expect(rows.every(({ nonce, state }) => nonce === 0n && state === 'mined')).toBe(true);
  expect(new Set(await senders())).toEqual(new Set([localAccount('relayer').address, other.address]));
});

test('a key that is low on gas stands back, and that is no trouble while another one pays', async () => {
  const poor = Wallet.createRandom();
  relay({ privateKeys: [poor.privateKey, ownKey] });
  for (let made = 0; made < 3; made += 1) await settled(await paidIntent(world, chain, ONE_COIN));
  expect(new Set(await senders())).toEqual(new Set([localAccount('relayer').address]));
  const troubles = await world.orm.em
    .fork()
    .execute<{ trouble: string | null }[]>('select trouble from relayer_account');
  expect(troubles).toEqual([{ trouble: null }, { trouble: null }]);
});

test('what a key has sent is followed to its end after the key was taken away', async () => {
  const [old, next] = [await funded(), await funded()];
  const intent = await paidIntent(world, chain, ONE_COIN);
  await chain.call('evm_setAutomine', [false]);
  const first = relay({ privateKeys: [old.privateKey] });
  await eventually('a sent transaction', async () => (await relayerTransactions(world))[0]?.state === 'sent');
  await first.stop();
  relay({ privateKeys: [next.privateKey], owner: 'another' });
  await settled(intent);
  expect(await relayerTransactions(world)).toMatchObject([{ relayer: old.address, state: 'mined', attempt: 1 }]);
});

test('a settlement that another key has taken is stored once, and costs the other key no nonce', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  const ledger = createSettlementLedger(world.orm.em);
  const { id } = await settlementOf(world, intent);
  const stored: boolean[] = [];
  for (const [index, wallet] of [Wallet.createRandom(), Wallet.createRandom()].entries()) {
    const lease = await ledger.acquireLease(chain.chainId, wallet.address as Address, `owner ${index}`, 60_000);
    if (!lease) throw new Error('no lease');
    const transaction = { nonce: 0n, attempt: 1, rawTx: '0x00' as Hex, maxFeePerGas: weiOf(1n) };
    const txHash: Hex = `0x${String(index).repeat(64)}`;
    stored.push(await ledger.storeTransaction(lease, { ...transaction, txHash }, [String(id)]));
    // Kept for later by the one that came second: it stays as the first one has it.
    if (index === 1) await ledger.postpone(lease, [String(id)], 'late', { baseMs: 1, attemptsUntilTrouble: 5 });
    expect(await ledger.nextNonce(lease)).toBe(index === 0 ? 1n : 0n);
  }
  expect(stored).toEqual([true, false]);
  expect(await settlementOf(world, intent)).toMatchObject({ state: 'sending', attempts: 0 });
  expect(await relayerTransactions(world)).toHaveLength(1);
});

test('a small amount waits for company, and both are paid by one transaction whose cost they share', async () => {
  const from = new Date(Date.now() - 3_600_000);
  const small = await paidIntent(world, chain, ONE_COIN);
  relay({ settleWithinMs: 3_600_000 });
  // The relayer has looked: it takes a sample of the price of gas once it has.
  await eventually('a sample', async () => (await world.orm.em.fork().execute('select from gas_price')).length === 1);
  expect(await relayerTransactions(world)).toEqual([]);
  const large = await paidIntent(world, chain, multiply(ONE_COIN, 1_000n));
  await settled(large);
  expect(await isSettled(small)).toBe(true);
  const transactions = await relayerTransactions(world);
  expect(transactions).toMatchObject([{ nonce: 0n, state: 'mined' }]);

  const receipt = await chain.call<Record<'gasUsed' | 'effectiveGasPrice', Hex>>('eth_getTransactionReceipt', [
    transactions[0]?.txHash,
  ]);
  const feeWei = BigInt(receipt.gasUsed) * BigInt(receipt.effectiveGasPrice);
  expect(transactions[0]).toMatchObject({ gasUsed: BigInt(receipt.gasUsed), feeWei });
  const period = { from, to: new Date(Date.now() + 3_600_000) };
  expect(await readChainGas(world.orm.em, period)).toEqual([
    { chainId: chain.chainId, transactions: 1, failed: 0, unknown: 0, gasUsed: BigInt(receipt.gasUsed), feeWei },
  ]);
  const stores = await readStoreGas(world.orm.em, period);
  expect(stores.map(({ settlements }) => settlements).reduce((sum, count) => sum + count, 0)).toBe(2);
  const shares = stores.reduce((sum, store) => sum + store.feeWei, 0n);
  expect(feeWei - shares).toBeLessThan(BigInt(stores.length) + 1n);
  const rows = await Promise.all([small, large].map((intent) => settlementOf(world, intent)));
  const fees = rows.reduce((sum, { feeBaseUnits }) => sum + (feeBaseUnits ?? 0n), 0n);
  expect(stores.reduce((sum, store) => sum + store.earnedUnits, 0n)).toBe(fees * 10n ** 12n);
  expect(await readChainGas(world.orm.em, { from: new Date(0), to: from })).toEqual([]);
});

test('a small amount without company goes when the promised time is near', async () => {
  const intent = await paidIntent(world, chain, ONE_COIN);
  relay({ settleWithinMs: 8_000 });
  await settled(intent);
  const [{ waited } = { waited: 0 }] = await world.orm.em
    .fork()
    .execute<{ waited: number }[]>(
      'select extract(epoch from x.created_at - s.created_at)::float8 as waited from relayer_tx x, settlement s where x.tx_hash = s.tx_hash',
    );
  // Three quarters of the promise, less half a second by which ages are rounded.
  expect(waited).toBeGreaterThanOrEqual(5.5);
});
