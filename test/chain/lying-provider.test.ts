// RPC providers that lag, return false data, fail or hang. Beside an honest provider a payment is found without delay and nothing false
// is written. Alone they can only delay it.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { multiply, ONE_COIN } from '#domain/money.ts';
import type { Lie } from '#simulate/doubles/lying-rpc.ts';
import { onStage, type Stage } from './support/stage.ts';
import { caughtUp, eventually } from './support/world.ts';

/** Each test creates its own database and chain. Five tests run at a time. */
vi.setConfig({ testTimeout: 120_000 });

/** The chain has some blocks. */
const onMinedStage = <Args extends unknown[]>(act: (stage: Stage, ...args: Args) => Promise<void>) =>
  onStage(async (stage, ...args: Args) => {
    await stage.chain.mine(5);
    await act(stage, ...args);
  });

type LieResponse = NonNullable<Lie['response']>;
type Entry = Record<string, unknown>;

/** Changes the result of one method and forwards all others. */
const bend =
  (method: string, change: (result: unknown, params: readonly unknown[]) => unknown): LieResponse =>
  async (called, params, truth) =>
    called === method ? change(await truth(), params) : await truth();
const bendLogs = (change: (logs: Entry[]) => unknown): LieResponse =>
  bend('eth_getLogs', (logs) => change(logs as Entry[]));
const bendBlocks = (change: (block: Entry, params: readonly unknown[]) => unknown): LieResponse =>
  bend('eth_getBlockByNumber', (block, params) => (block ? change(block as Entry, params) : block));

const NO_BLOOM = `0x${'00'.repeat(256)}`;

/** False data that hides or invents a payment, and must be noticed. */
const LIES: Record<string, Lie> = {
  'no logs for blocks that have some': { response: bendLogs(() => []) },
  'logs without their header filter': { response: bendBlocks((block) => ({ ...block, logsBloom: NO_BLOOM })) },
  'headers without a filter': { response: bendBlocks(({ logsBloom: _, ...block }) => block) },
  'logs marked as removed': { response: bendLogs((logs) => logs.map((log) => ({ ...log, removed: true }))) },
  'logs of another block': {
    response: bendLogs((logs) => logs.map((log) => ({ ...log, blockHash: `0x${'ab'.repeat(32)}` }))),
  },
  'logs of a token outside the request': {
    response: bendLogs((logs) => logs.map((log) => ({ ...log, address: `0x${'ab'.repeat(20)}` }))),
  },
  'logs that are not a list': { response: bendLogs(() => ({})) },
  'another chain': { response: bend('eth_chainId', () => '0x1') },
  'too many requests': { http: { status: 429, headers: { 'retry-after': '1' } } },
  'service unavailable': { http: { status: 503 } },
  'a truncated response': { http: 'cut' },
  'no response': { http: 'hang' },
  'no result': { response: async () => undefined },
};

test(
  'a tag that the rule needs and the provider lacks is reported until the provider has it',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const large = { tiers: [{ upToUnits: null, need: { kind: 'tag', tag: 'safe' } as const }] };
    const noTag: Lie = { response: async (_method, params, truth) => (params[0] === 'safe' ? null : await truth()) };
    proxy.lie = noTag;
    watch([proxy.url], { confirmation: large });
    await caughtUp(world, chain);
    const trouble = async () => (await world.cursor(chain.chainId))?.trouble ?? '';
    await eventually('trouble', async () => (await trouble()).includes('does not serve the block `safe`'));
    proxy.lie = null;
    await chain.mine();
    await eventually('the end of the trouble', async () => (await trouble()) === '');
  }),
);

test(
  'a step that takes longer than the lease keeps the lease',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    watch([proxy.url], { leaseMs: 2_000, timeoutMs: 10_000, owner: 'slow' });
    await caughtUp(world, chain);
    proxy.lie = {
      response: async (method, _params, truth) => {
        if (method === 'eth_getLogs') await delay(3_500);
        return await truth();
      },
    };
    watch([chain.rpcUrl], { leaseMs: 2_000, owner: 'quick' });
    await chain.pay(intent.depositAddress, ONE_COIN);
    await eventually('the transfer', async () => (await world.transfersOf(intent.id)).length === 1);
    expect(await world.cursor(chain.chainId)).toMatchObject({ lease_owner: 'slow', lease_token: '1' });
  }),
);

test.concurrent.each(Object.keys(LIES))(
  'beside an honest provider: %s',
  onMinedStage(async ({ world, chain, proxy, watch }, name: string) => {
    const intent = await world.createIntent();
    proxy.lie = LIES[name] ?? null;
    watch([proxy.url, chain.rpcUrl], { timeoutMs: 500 });
    await caughtUp(world, chain);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    await eventually('confirmation', async () => (await world.signalsOf(intent.id)).includes('transferConfirmed'));
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed', amountUnits: ONE_COIN }]);
    expect(proxy.calls).toBeGreaterThan(0);
  }),
);

test.concurrent.each(Object.keys(LIES))(
  'alone: %s: reports the problem, and finds the payment once the provider is honest',
  onMinedStage(async ({ world, chain, proxy, watch }, name: string) => {
    const intent = await world.createIntent();
    watch([proxy.url], { timeoutMs: 500 });
    await caughtUp(world, chain);
    proxy.lie = LIES[name] ?? null;
    if (name !== 'another chain') {
      const before = proxy.calls;
      await chain.pay(intent.depositAddress, ONE_COIN);
      await chain.mine(2);
      await eventually('more questions', async () => proxy.calls > before + 5);
      // Receipts tell an empty list of logs from a real one, so that false reply alone hides nothing.
      if (name !== 'no logs for blocks that have some') {
        await eventually('trouble', async () => (await world.cursor(chain.chainId))?.trouble != null);
        expect(await world.transfersOf(intent.id)).toEqual([]);
      }
      proxy.lie = null;
    } else {
      await chain.pay(intent.depositAddress, ONE_COIN);
      await chain.mine(2);
    }
    await caughtUp(world, chain, 40_000);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    await eventually('no trouble', async () => (await world.cursor(chain.chainId))?.trouble === null);
  }),
);

test(
  'shuffled and duplicated logs change nothing',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    proxy.lie = { response: bendLogs((logs) => [...logs, ...logs].reverse()) };
    watch([proxy.url]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.pay(intent.depositAddress, multiply(ONE_COIN, 2n));
    await chain.mine(2);
    await caughtUp(world, chain);
    expect((await world.transfersOf(intent.id)).map(({ amountUnits }) => amountUnits)).toEqual([
      ONE_COIN,
      2n * ONE_COIN,
    ]);
  }),
);

test(
  'a head that is behind or moves back is a lagging provider, not a reorganisation',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    watch([proxy.url, chain.rpcUrl]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    const old = await chain.call<Entry>('eth_getBlockByNumber', ['0x5', false]);
    const callsBefore = proxy.calls;
    proxy.lie = { response: bendBlocks((block, [tag]) => (tag === 'latest' ? old : block)) };
    await chain.mine();
    await eventually('a read', async () => proxy.calls > callsBefore);
    await chain.mine(3);
    await caughtUp(world, chain);
    expect(await world.timelineOf(intent.id)).not.toContain('transfer_orphaned');
  }),
);

test(
  'without `finalized` and `safe`, payments are found and confirmed by depth',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    proxy.lie = {
      response: async (_method, params, truth) => {
        if (params[0] === 'finalized' || params[0] === 'safe') throw new Error('unknown block tag');
        return await truth();
      },
    };
    watch([proxy.url]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
  }),
);

test(
  'a provider that rejects large ranges gets smaller ones',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    await chain.mine(150);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(150);
    proxy.lie = {
      response: async (method, params, truth) => {
        const { fromBlock, toBlock } = (params[0] ?? {}) as { fromBlock?: string; toBlock?: string };
        if (method === 'eth_getLogs' && Number(toBlock) - Number(fromBlock) > 60) throw new Error('range too large');
        return await truth();
      },
    };
    watch([proxy.url]);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
  }),
);

test(
  'a truncated list of logs is completed by the second read, from the other provider',
  onMinedStage(async ({ world, chain, proxy, watch }) => {
    const intent = await world.createIntent();
    const other = await world.createIntent();
    await chain.call('evm_setAutomine', [false]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.pay(other.depositAddress, ONE_COIN);
    await chain.mine();
    await chain.mine(20);
    proxy.lie = { response: bendLogs((logs) => logs.slice(0, -1)) };
    watch([proxy.url, chain.rpcUrl]);
    await caughtUp(world, chain);
    await eventually('both transfers', async () => {
      await chain.mine();
      return (await world.transfersOf(intent.id)).length + (await world.transfersOf(other.id)).length === 2;
    });
  }),
);
