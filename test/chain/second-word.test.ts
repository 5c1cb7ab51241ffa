// Money counts as confirmed when two providers say so, where there are two: on real chains, with providers that invent, lag, or do not respond.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadChains } from '#chain/chains-file.ts';
import { abiWord } from '#domain/abi.ts';
import type { Address } from '#domain/address.ts';
import { topicOfAddress } from '#domain/erc20.ts';
import { multiply, ONE_COIN, unitsOf } from '#domain/money.ts';
import { type Lie, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { onStage } from './support/stage.ts';
import { caughtUp, eventually } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Whatever the price. */
const ALWAYS = { twoProvidersFrom: unitsOf(0n) };

type Entry = Record<string, unknown>;
type Log = Entry & { topics: string[]; data: string };

/** Says in logs and receipts that payments to an address are twice as large. */
const doubled = (to: Address): Lie => ({
  async response(method, _params, truth) {
    const result = await truth();
    const larger = (logs: Log[]): Log[] =>
      logs.map((log) =>
        log.topics[2] === topicOfAddress(to) ? { ...log, data: `0x${abiWord(BigInt(log.data) * 2n)}` } : log,
      );
    if (method === 'eth_getLogs') return larger(result as Log[]);
    if (method !== 'eth_getTransactionReceipt' || !result) return result;
    return { ...(result as Entry), logs: larger((result as { logs: Log[] }).logs) };
  },
});

test(
  'an amount that one provider invents is seen and never confirmed; other payments are',
  onStage(async ({ world, chain, proxy, watch }) => {
    const honest = await startLyingRpc(chain.rpcUrl);
    let receipts = 0;
    honest.lie = {
      async response(method, _params, truth) {
        if (method === 'eth_getTransactionReceipt') receipts += 1;
        return await truth();
      },
    };
    try {
      const [cheated, other] = [await world.createIntent(), await world.createIntent()];
      await chain.mine(5);
      proxy.lie = doubled(cheated.depositAddress);
      watch([proxy.url, honest.url], ALWAYS);
      await chain.pay(cheated.depositAddress, ONE_COIN);
      await chain.mine(4);
      await caughtUp(world, chain);
      await eventually('questions about it', async () => receipts >= 2);
      await chain.pay(other.depositAddress, ONE_COIN);
      await chain.mine(4);
      await eventually('the other payment', async () =>
        (await world.signalsOf(other.id)).includes('transferConfirmed'),
      );
      const asked = receipts;
      await eventually('more questions about it', async () => receipts >= asked + 1);
      expect(await world.transfersOf(cheated.id)).toMatchObject([
        { state: 'seen', amountUnits: multiply(ONE_COIN, 2n) },
      ]);
      expect(await world.signalsOf(cheated.id)).toEqual(['transferSeen']);
    } finally {
      await honest.stop();
    }
  }),
);

test(
  'what a provider invented is taken back by the final blocks of the others, and the payment that there was counts',
  onStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await chain.mine(5);
    proxy.lie = doubled(intent.depositAddress);
    const cheated = watch([proxy.url, chain.rpcUrl], ALWAYS);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(4);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'seen', amountUnits: multiply(ONE_COIN, 2n) }]);
    await cheated.stop();
    // As an operator does who finds out which one is wrong.
    watch([chain.rpcUrl], ALWAYS);
    await chain.mine(300);
    await eventually('the payment', async () =>
      (await world.transfersOf(intent.id)).some(({ state }) => state === 'confirmed'),
    );
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', amountUnits: ONE_COIN }]);
    expect(await world.timelineOf(intent.id)).toEqual([
      ...['transfer_seen', 'transfer_orphaned', 'transfer_seen', 'transfer_confirmed'],
    ]);
    await eventually('no trouble', async () => (await world.cursor(chain.chainId))?.trouble === null);
  }),
);

test(
  'a second provider that is behind delays the confirmation until it has the block',
  onStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await chain.mine(5);
    const old = await chain.call<Entry>('eth_getBlockByNumber', ['latest', false]);
    let asked = 0;
    proxy.lie = {
      async response(method, params, truth) {
        if (method !== 'eth_getBlockByNumber') return await truth();
        const block = (await truth()) as Entry | null;
        if (!block || Number(block.number) <= Number(old.number)) return block;
        if (params[0] === 'latest') return old;
        asked += 1;
        return null;
      },
    };
    watch([chain.rpcUrl, proxy.url], ALWAYS);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(4);
    await caughtUp(world, chain);
    await eventually('questions about the block', async () => asked >= 2);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'seen' }]);
    proxy.lie = null;
    await eventually('the confirmation', async () => (await world.signalsOf(intent.id)).includes('transferConfirmed'));
  }),
);

test(
  'a second provider that does not respond stops no confirmation',
  onStage(async ({ world, chain, proxy, watch }) => {
    const intents = [await world.createIntent(), await world.createIntent()];
    proxy.lie = { http: { status: 503 } };
    watch([chain.rpcUrl, proxy.url], ALWAYS);
    for (const intent of intents) {
      await chain.pay(intent.depositAddress, ONE_COIN);
      await chain.mine(4);
      await eventually('the confirmation', async () =>
        (await world.signalsOf(intent.id)).includes('transferConfirmed'),
      );
    }
  }),
);

describe('CHAIN_SETTINGS says from which price on', () => {
  afterEach(() => void loadChains({}));

  test.each([
    { from: '0', price: 1n, state: 'seen' },
    // The larger of price and transfer decides, and the lie has two coins.
    { from: '2', price: 1n, state: 'seen' },
    { from: '3', price: 1n, state: 'confirmed' },
    { from: '300', price: 300n, state: 'seen' },
    { from: '300', price: 299n, state: 'confirmed' },
  ])('from $from coins: what one provider says of an order of $price coins is $state', ({ from, price, state }) =>
    onStage(async ({ world, chain, proxy, watch }) => {
      loadChains({ CHAIN_SETTINGS: JSON.stringify({ [chain.chainId]: { twoProvidersFrom: from } }) });
      const intent = await world.createIntent({ amountUnits: multiply(ONE_COIN, price) });
      await chain.mine(5);
      proxy.lie = doubled(intent.depositAddress);
      watch([proxy.url, chain.rpcUrl]);
      await chain.pay(intent.depositAddress, ONE_COIN);
      await chain.mine(4);
      await caughtUp(world, chain);
      expect(await world.transfersOf(intent.id)).toMatchObject([{ state, amountUnits: multiply(ONE_COIN, 2n) }]);
    })(),
  );
});

test(
  'a payment of a small order is confirmed on one word',
  onStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await chain.mine(5);
    proxy.lie = doubled(intent.depositAddress);
    watch([chain.rpcUrl, proxy.url]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(4);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', amountUnits: ONE_COIN }]);
  }),
);
