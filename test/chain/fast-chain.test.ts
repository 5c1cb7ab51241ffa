// A chain with several blocks a second, by polling: one look takes many blocks, finds the same payments, and notices the same lies.
import { expect, test, vi } from 'vitest';
import { multiply, ONE_COIN } from '#domain/money.ts';
import { type Lie, type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import {
  caughtUp,
  eventually,
  type PayableChain,
  type RunningWatcher,
  startPayableChain,
  startWatcher,
  startWorld,
  type World,
} from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const BLOCK_SECONDS = 0.25;

interface Stage {
  world: World;
  chain: PayableChain;
  proxy: LyingRpc;
  watch(urls?: readonly string[]): Promise<RunningWatcher>;
}

const onStage = (act: (stage: Stage) => Promise<void>) => async (): Promise<void> => {
  const [world, chain] = await Promise.all([startWorld(), startPayableChain()]);
  const proxy = await startLyingRpc(chain.rpcUrl);
  const watchers: RunningWatcher[] = [];
  try {
    const watch: Stage['watch'] = async (urls = [proxy.url]) => {
      const watcher = startWatcher(world, chain.chainId, urls, { blockSeconds: BLOCK_SECONDS, timeoutMs: 2_000 });
      watchers.push(watcher);
      await caughtUp(world, chain);
      return watcher;
    };
    await act({ world, chain, proxy, watch });
  } finally {
    await Promise.all(watchers.map((watcher) => watcher.stop()));
    await Promise.all([world.close(), chain.stop(), proxy.stop()]);
  }
};

const logsAre = (change: (logs: unknown[]) => unknown): Lie => ({
  response: async (method, _params, truth) =>
    method === 'eth_getLogs' ? change((await truth()) as unknown[]) : await truth(),
});

test.concurrent(
  'a look takes many blocks with a few calls, and the blocks of payments are read with their headers',
  onStage(async ({ world, chain, watch }) => {
    const intent = await world.createIntent();
    const watcher = await watch();
    await chain.call('evm_setAutomine', [false]);
    const before = watcher.pool.stats().calls;
    await chain.mine(20);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(20);
    await caughtUp(world, chain);
    // Head, cursor, logs for each look, and the payment's header; the headers of all blocks would be 41.
    expect(watcher.pool.stats().calls - before).toBeLessThan(25);
    const [transfer] = await world.transfersOf(intent.id);
    const block = await chain.call<{ hash: string; timestamp: string }>('eth_getBlockByNumber', [
      `0x${transfer?.blockNumber.toString(16)}`,
      false,
    ]);
    expect(transfer).toMatchObject({ state: 'confirmed', amountUnits: ONE_COIN, blockHash: block.hash });
    expect(transfer?.blockTime.getTime()).toBe(Number(block.timestamp) * 1_000);
  }),
);

test.concurrent(
  'a reorganisation takes a payment back, and the payment that replaces it counts once',
  onStage(async ({ world, chain, watch }) => {
    const intent = await world.createIntent();
    await watch();
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(5);
    await caughtUp(world, chain);
    await chain.mine(5);
    await caughtUp(world, chain);
    await chain.call('anvil_reorg', [11, []]);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'orphaned' }]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(5);
    await caughtUp(world, chain);
    expect((await world.transfersOf(intent.id)).map(({ state }) => state)).toEqual(['orphaned', 'confirmed']);
  }),
);

test.concurrent(
  'a payment that a node did not return at first is found by the next look',
  onStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await watch();
    let hidden = 0;
    proxy.lie = logsAre((logs) => {
      hidden += logs.length;
      return [];
    });
    await chain.pay(intent.depositAddress, ONE_COIN);
    // No filter tells: the payment is not in the head.
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(hidden).toBeGreaterThan(0);
    expect(await world.transfersOf(intent.id)).toEqual([]);
    proxy.lie = null;
    await chain.mine();
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
  }),
);

test.concurrent.each<[string, Lie]>([
  ['no logs for a head that has some', logsAre(() => [])],
  [
    'logs of another block',
    logsAre((logs) => logs.map((log) => ({ ...(log as object), blockHash: `0x${'ab'.repeat(32)}` }))),
  ],
  ['logs marked as removed', logsAre((logs) => logs.map((log) => ({ ...(log as object), removed: true })))],
  ['logs that are not a list', logsAre(() => ({}))],
])('beside an honest provider: %s', (_name, lie) =>
  onStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await watch([proxy.url, chain.rpcUrl]);
    proxy.lie = lie;
    await chain.pay(intent.depositAddress, ONE_COIN);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toHaveLength(1);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', amountUnits: ONE_COIN }]);
  })(),
);

test.concurrent(
  'the second pass adds what the first one missed, and ends at a block that is remembered',
  onStage(async ({ world, chain, proxy, watch }) => {
    const [intent, other] = [await world.createIntent(), await world.createIntent()];
    await watch([proxy.url, chain.rpcUrl]);
    await chain.call('evm_setAutomine', [false]);
    // The first provider hides one of two payments for good: neither filter nor receipts are asked.
    proxy.lie = logsAre((logs) => (logs.length > 1 ? logs.slice(0, -1) : logs));
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.pay(other.depositAddress, multiply(ONE_COIN, 2n));
    await chain.mine();
    await caughtUp(world, chain);
    await eventually(
      'the second pass',
      async () => {
        await chain.mine(80);
        await caughtUp(world, chain);
        return (await world.transfersOf(intent.id)).length + (await world.transfersOf(other.id)).length === 2;
      },
      100_000,
    );
    expect((await world.cursor(chain.chainId))?.trouble).toBeNull();
  }),
);
