// A chain with several blocks a second, by polling: one look takes many blocks, finds the same payments, and notices the same lies.
import { expect, test, vi } from 'vitest';
import { multiply, ONE_COIN } from '#domain/money.ts';
import type { Lie } from '#simulate/doubles/lying-rpc.ts';
import { onStage, type Stage, type WatchOptions } from './support/stage.ts';
import { caughtUp, eventually, type PayableChain, type RunningWatcher } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

const BLOCK_SECONDS = 0.25;

interface FastStage extends Omit<Stage, 'watch'> {
  /** Resolves when the watcher has caught up. */
  watch(urls?: readonly string[], options?: WatchOptions): Promise<RunningWatcher>;
}

const onFastStage = (act: (stage: FastStage) => Promise<void>) =>
  onStage(async ({ watch: start, ...stage }) => {
    const watch: FastStage['watch'] = async (urls = [stage.proxy.url], options = {}) => {
      const watcher = start(urls, { blockSeconds: BLOCK_SECONDS, timeoutMs: 2_000, ...options });
      await caughtUp(stage.world, stage.chain);
      return watcher;
    };
    await act({ ...stage, watch });
  });

type Block = Readonly<Record<string, string>>;

/**
 * The only provider's node: it has no block above this height (null: it has all), and names that as its head, or the chain's. Nothing is
 * final yet, as on real fast chains for thousands of blocks.
 */
const nodeAt = ({ chain }: FastStage, height: bigint | null, head: 'its own' | 'of the chain' = 'its own') => {
  const seen = { heads: 0 };
  const lie: Lie = {
    async response(method, [block], truth) {
      if (method !== 'eth_getBlockByNumber' || typeof block !== 'string') return await truth();
      if (block === 'safe' || block === 'finalized') return await blockAt(chain, 0n);
      if (block === 'latest') {
        seen.heads += 1;
        return height === null || head === 'of the chain' ? await truth() : await blockAt(chain, height);
      }
      return height !== null && BigInt(block) > height ? null : await truth();
    },
  };
  return { lie, seen };
};

const blockAt = (chain: PayableChain, number: bigint): Promise<Block> =>
  chain.call<Block>('eth_getBlockByNumber', [`0x${number.toString(16)}`, false]);

/**
 * A payment among the 111 blocks of one look, of which two are remembered: the payment's and the head. Below are more than one step reads.
 * @returns the intent, and the payment's block
 */
const paidInOneLook = async (stage: FastStage) => {
  const { world, chain, proxy, watch } = stage;
  const intent = await world.createIntent();
  // A real chain: a local one is taken back when its head stays below the cursor.
  proxy.lie = nodeAt(stage, null).lie;
  await watch([proxy.url], { local: false });
  await chain.call('evm_setAutomine', [false]);
  proxy.lie = nodeAt(stage, await chain.head()).lie;
  await chain.mine(90);
  await chain.pay(intent.depositAddress, ONE_COIN);
  await chain.mine();
  const paidAt = await chain.head();
  await chain.mine(20);
  proxy.lie = nodeAt(stage, null).lie;
  await caughtUp(world, chain);
  expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', blockNumber: paidAt }]);
  return { intent, paidAt };
};

const logsAre = (change: (logs: unknown[]) => unknown): Lie => ({
  response: async (method, _params, truth) =>
    method === 'eth_getLogs' ? change((await truth()) as unknown[]) : await truth(),
});

test.concurrent(
  'a look takes many blocks with a few calls, and the blocks of payments are read with their headers',
  onFastStage(async ({ world, chain, watch }) => {
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
  onFastStage(async ({ world, chain, watch }) => {
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

test.concurrent.each([
  ['its head goes back', 'its own'],
  ['its head stays, and blocks are missing', 'of the chain'],
] as const)('one provider whose node is behind is no reorganisation: %s', (_name, head) =>
  onFastStage(async (stage) => {
    const { world, chain, proxy } = stage;
    const { intent, paidAt } = await paidInOneLook(stage);
    const before = await world.cursor(chain.chainId);
    const { lie, seen } = nodeAt(stage, paidAt - 5n, head);
    proxy.lie = lie;
    // Not one: of a head that follows the cursor nothing is missing.
    if (head === 'of the chain') await chain.mine(2);
    await eventually('several looks', async () => seen.heads > 2);
    expect(await world.cursor(chain.chainId)).toMatchObject({
      block_number: before?.block_number,
      block_hash: before?.block_hash,
    });
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    proxy.lie = nodeAt(stage, null).lie;
    await chain.mine();
    await caughtUp(world, chain);
    expect(await world.timelineOf(intent.id)).not.toContain('transfer_orphaned');
    await eventually('no trouble', async () => (await world.cursor(chain.chainId))?.trouble === null);
  })(),
);

test.concurrent(
  'a reorganisation is found as soon as a remembered block has another hash, although the head is below the cursor',
  onFastStage(async (stage) => {
    const { world, chain, proxy } = stage;
    const { intent, paidAt } = await paidInOneLook(stage);
    const before = await world.cursor(chain.chainId);
    proxy.lie = nodeAt(stage, paidAt + 20n).lie;
    await chain.call('anvil_reorg', [25, []]);
    await chain.call('anvil_rollback', [22]);
    const { lie, seen } = nodeAt(stage, paidAt - 2n);
    proxy.lie = lie;
    await eventually('several looks', async () => seen.heads > 2);
    // Four blocks of the other branch: nothing that is remembered has changed yet.
    expect((await world.cursor(chain.chainId))?.block_hash).toBe(before?.block_hash);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    await chain.mine(4);
    proxy.lie = nodeAt(stage, null).lie;
    await caughtUp(world, chain);
    expect(await chain.head()).toBeLessThan(BigInt(before?.block_number ?? 0));
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'orphaned' }]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect((await world.transfersOf(intent.id)).map(({ state }) => state)).toEqual(['orphaned', 'confirmed']);
  }),
);

test.concurrent(
  'a payment that a node did not return at first is found by the next look',
  onFastStage(async ({ world, chain, proxy, watch }) => {
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
  onFastStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await watch([proxy.url, chain.rpcUrl]);
    proxy.lie = lie;
    await chain.pay(intent.depositAddress, ONE_COIN);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toHaveLength(1);
    await chain.mine(2);
    await eventually('confirmation', async () => (await world.signalsOf(intent.id)).includes('transferConfirmed'));
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', amountUnits: ONE_COIN }]);
  })(),
);

test.concurrent(
  'the second pass adds what the first one missed, and ends at a block that is remembered',
  onFastStage(async ({ world, chain, proxy, watch }) => {
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
