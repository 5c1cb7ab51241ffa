// A watcher that subscribes to new heads: it is woken at once and asks little; a subscription that is silent, closes, lags or invents heads
// delays nothing for long and makes nothing false.
import { expect, test, vi } from 'vitest';
import { hashOfHeader } from '#chain/header-proof.ts';
import { ONE_COIN } from '#domain/money.ts';
import { type Head, type LyingHeads, startLyingHeads } from '#simulate/doubles/lying-heads.ts';
import { onStage, type Stage, type WatchOptions } from './support/stage.ts';
import { caughtUp, eventually, type RunningWatcher } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

interface SubscribedStage extends Omit<Stage, 'watch'> {
  /** Between the watcher's subscription and the chain. */
  heads: LyingHeads;
  /** Messages of the watcher's log, with their reasons. */
  log: string[];
  /** Resolves when the watcher has subscribed and caught up. */
  watch(options?: WatchOptions): Promise<RunningWatcher>;
}

/** Blocks are so far apart that polling is slow: what is fast was announced. */
const SLOW_BLOCKS = 30;

const onSubscribedStage = (act: (stage: SubscribedStage) => Promise<void>) =>
  onStage(async ({ watch: start, ...stage }) => {
    const { world, chain, proxy } = stage;
    const heads = await startLyingHeads(chain.wsUrl, chain.chainId);
    const log: string[] = [];
    const note = (facts: object, message: string): void =>
      void log.push(`${message}: ${String((facts as { reason?: string }).reason)}`);
    const watch: SubscribedStage['watch'] = async (options = {}) => {
      const wires = { wsUrls: [heads.url], log: { info: note, warn: note, error: note } };
      const watcher = start([proxy.url], { ...wires, ...options });
      await eventually('a subscription', async () => heads.subscriptions > 0);
      await caughtUp(world, chain);
      return watcher;
    };
    try {
      await act({ ...stage, heads, log, watch });
    } finally {
      await heads.stop();
    }
  });

/** A header with these fields, whose hash is right. */
const forged = (head: Head, fields: Head): Head => {
  const header = { ...head, ...fields };
  return { ...header, hash: hashOfHeader(header) };
};

const callsOf = ({ pool }: RunningWatcher): Record<string, number> => ({ ...pool.stats().byMethod });

test.concurrent(
  'an announced block is read by one call, and by its hash',
  onSubscribedStage(async ({ world, chain, watch }) => {
    const intent = await world.createIntent();
    const watcher = await watch({ blockSeconds: SLOW_BLOCKS });
    await chain.mine();
    await caughtUp(world, chain);
    const before = callsOf(watcher);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await caughtUp(world, chain);
    for (let mined = 1; mined < 8; mined += 1) {
      await chain.mine();
      await caughtUp(world, chain);
    }
    const after = callsOf(watcher);
    const asked = (method: string): number => (after[method] ?? 0) - (before[method] ?? 0);
    expect(asked('eth_getLogs')).toBe(8);
    // A look of our own, if the machine was slow.
    expect(asked('eth_getBlockByNumber')).toBeLessThanOrEqual(2);
    expect(await world.signalsOf(intent.id)).toEqual(['transferSeen', 'transferConfirmed']);
  }),
);

test.concurrent(
  'blocks that are announced in a burst are all read, and the second pass reads the last header only',
  onSubscribedStage(async ({ world, chain, watch }) => {
    const intent = await world.createIntent();
    const watcher = await watch({ blockSeconds: SLOW_BLOCKS });
    const before = callsOf(watcher);
    await chain.call('evm_setAutomine', [false]);
    for (let paid = 0; paid < 4; paid += 1) {
      await chain.pay(intent.depositAddress, ONE_COIN);
      await chain.mine(20);
    }
    await eventually('all transfers', async () =>
      (await world.transfersOf(intent.id)).every(({ state }) => state === 'confirmed'),
    );
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toHaveLength(4);
    await eventually('the second pass', async () => {
      const cursor = await world.cursor(chain.chainId);
      return BigInt(cursor?.block_number ?? 0) - BigInt(cursor?.final_block_number ?? 0) < 40n;
    });
    const headers = (callsOf(watcher).eth_getBlockByNumber ?? 0) - (before.eth_getBlockByNumber ?? 0);
    // Of 80 blocks: two for each second pass, and a look of our own when heads had to be asked for.
    expect(headers).toBeLessThan(40);
  }),
);

test.concurrent(
  'a reorganisation is announced, and is read like one that was polled',
  onSubscribedStage(async ({ world, chain, watch }) => {
    const intent = await world.createIntent();
    await watch({ blockSeconds: SLOW_BLOCKS });
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    await chain.call('anvil_reorg', [3, []]);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'orphaned' }]);
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect((await world.transfersOf(intent.id)).map(({ state }) => state)).toEqual(['orphaned', 'confirmed']);
  }),
);

test.concurrent(
  'a reorganisation of final blocks stays reported while no head comes',
  onSubscribedStage(async ({ world, chain, proxy, watch }) => {
    await watch({ blockSeconds: SLOW_BLOCKS, local: false });
    await eventually('finality', async () => {
      await chain.mine(40);
      await caughtUp(world, chain);
      return Number((await world.cursor(chain.chainId))?.final_block_number ?? 0) > 10;
    });
    const before = await world.cursor(chain.chainId);
    await chain.call('anvil_reorg', [Number(before?.block_number) - 3, []]);
    const isReported = async () => (await world.cursor(chain.chainId))?.trouble?.includes('final') === true;
    await eventually('trouble', isReported);
    // No head comes: each of these looks is the watcher's own.
    for (let looks = 0; looks < 3; looks += 1) {
      const { calls } = proxy;
      await eventually('a look', async () => proxy.calls > calls, 15_000);
      expect(await isReported()).toBe(true);
    }
    expect((await world.cursor(chain.chainId))?.block_hash).toBe(before?.block_hash);
  }),
);

test.concurrent(
  'a silent subscription is replaced by polling, and is asked for again',
  onSubscribedStage(async ({ world, chain, heads, log, watch }) => {
    const intent = await world.createIntent();
    heads.lie = 'silent';
    await watch({ blockSeconds: 0.5 * 2 });
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    await eventually('a second subscription', async () => heads.subscriptions > 1);
    expect(log).toContain('subscription to new heads ended: silent');
    expect(heads.announced).toBe(0);
  }),
);

test.concurrent(
  'a subscription that closes, or is refused, is replaced by polling and comes back',
  onSubscribedStage(async ({ world, chain, heads, log, watch }) => {
    const intent = await world.createIntent();
    const watcher = await watch();
    heads.lie = 'refuse';
    heads.cut();
    await eventually('the end', async () => log.some((line) => line.startsWith('subscription to new heads ended')));
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine(2);
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    heads.lie = null;
    const subscriptions = heads.subscriptions;
    await eventually('a subscription', async () => heads.subscriptions > subscriptions);
    const before = callsOf(watcher).eth_getLogs ?? 0;
    await eventually('a block by its announcement', async () => {
      await chain.mine();
      await caughtUp(world, chain);
      return (callsOf(watcher).eth_getLogs ?? 0) > before;
    });
  }),
);

test.concurrent(
  'heads that were invented confirm nothing, and end the subscription',
  onSubscribedStage(async ({ world, chain, heads, proxy, log, watch }) => {
    const intent = await world.createIntent();
    let invented = 0;
    const refused = new Set<string>();
    proxy.lie = {
      async response(_method, params, truth) {
        const { blockHash } = (params[0] ?? {}) as { blockHash?: string };
        return await truth().catch((error: Error) => {
          if (blockHash) refused.add(blockHash);
          throw error;
        });
      },
    };
    const invent = (head: Head): Head[] => {
      const chainOfLies: Head[] = [head];
      for (let depth = 0; depth < 3; depth += 1) {
        const parent = chainOfLies.at(-1) as Head;
        invented += 1;
        chainOfLies.push(
          forged(parent, {
            parentHash: parent.hash,
            number: `0x${(Number(parent.number) + 1).toString(16)}`,
            extraData: `0x${invented.toString(16).padStart(8, '0')}`,
          }),
        );
      }
      return chainOfLies;
    };
    await watch();
    heads.lie = invent;
    await chain.pay(intent.depositAddress, ONE_COIN);
    await caughtUp(world, chain);
    // The local rule is two blocks: the invented ones would be enough.
    await eventually('a question about one of them', async () => refused.size > 0);
    const { calls } = proxy;
    await eventually('a look after it', async () => proxy.calls > calls);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'seen' }]);
    expect((await world.cursor(chain.chainId))?.block_number).toBe(String(await chain.head()));
    await eventually('the end of the subscription', async () => {
      await chain.mine();
      return log.includes('subscription to new heads ended: its heads are not on the chain');
    });
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    expect(await world.timelineOf(intent.id)).not.toContain('transfer_orphaned');
  }),
);

test.concurrent.each<[string, (head: Head) => Head[]]>([
  ['without the filter of their logs', (head) => [forged(head, { logsBloom: `0x${'0'.repeat(512)}` })]],
  ['with the filter of others, under the true hash', (head) => [{ ...head, logsBloom: `0x${'0'.repeat(512)}` }]],
  ['that are long known', () => []],
  ['in reverse, twice', (head) => [forged(head, { extraData: '0xff' }), head, head]],
  [
    'without fields',
    ({ hash, number, parentHash, timestamp, logsBloom }) => [{ hash, number, parentHash, timestamp, logsBloom }],
  ],
])('heads %s hide no payment', (_name, lie) =>
  onSubscribedStage(async ({ world, chain, heads, watch }) => {
    const intent = await world.createIntent();
    await watch();
    heads.lie = lie;
    await chain.pay(intent.depositAddress, ONE_COIN);
    await chain.mine();
    await caughtUp(world, chain);
    await eventually('confirmation', async () => (await world.transfersOf(intent.id))[0]?.state === 'confirmed');
  })(),
);

test.concurrent(
  'what is not JSON, a header that is cut, and another chain end the subscription',
  onSubscribedStage(async ({ world, chain, heads, log, watch }) => {
    const intent = await world.createIntent();
    await watch();
    heads.say('{');
    await eventually('the end', async () => log.some((line) => line.includes('malformed')));
    await eventually('a subscription', async () => heads.subscriptions > 1);
    heads.lie = ({ hash }) => [{ hash }];
    await chain.pay(intent.depositAddress, ONE_COIN);
    await eventually('the end', async () => log.filter((line) => line.includes('malformed')).length > 1);
    heads.chainId = 1;
    await eventually('the end', async () => log.some((line) => line.includes('serves chain 1, not 31337')));
    await chain.mine();
    await caughtUp(world, chain);
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
  }),
);

test.concurrent(
  'a provider whose calls are behind its announcements is waited for, and not blamed',
  onSubscribedStage(async ({ world, chain, heads, proxy, log, watch }) => {
    const intent = await world.createIntent();
    await watch();
    const refused = { count: 0 };
    let known = await chain.head();
    proxy.lie = {
      async response(method, params, truth) {
        const filter = (params[0] ?? {}) as { blockHash?: string };
        if (params[0] === 'latest') return await chain.call('eth_getBlockByNumber', [`0x${known.toString(16)}`, false]);
        if (method === 'eth_getLogs' && filter.blockHash && known < (await chain.head())) {
          refused.count += 1;
          throw new Error('unknown block');
        }
        return await truth();
      },
    };
    for (let mined = 0; mined < 4; mined += 1) {
      // Read first: the question may come before the answer to who mines.
      const asked = refused.count;
      if (mined === 0) await chain.pay(intent.depositAddress, ONE_COIN);
      else await chain.mine();
      await eventually('a question too early', async () => refused.count > asked);
      known = await chain.head();
      await caughtUp(world, chain);
    }
    expect(await world.transfersOf(intent.id)).toMatchObject([{ state: 'confirmed' }]);
    expect(log.filter((line) => line.includes('ended'))).toEqual([]);
    expect(heads.subscriptions).toBe(1);
  }),
);
