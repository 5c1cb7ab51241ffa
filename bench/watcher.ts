// (c) The watcher: RPC calls for each block by polling, by subscription to new heads and on a chain with four blocks a second; with 10,
// 1,000 and 100,000 open intents; the delay from a payment's block to its row in the ledger, and the memory of the watcher's process.
import { setTimeout as delay } from 'node:timers/promises';
import { payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { createIntent } from '#db/intents/create-intent.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { toBaseUnitsCeil } from '#domain/money.ts';
import type { RunningChain } from '#scripts/lib/stack/chain.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type BenchOptions, type Figure, median, type PartResult, percentile, rounded } from './lib/measure.ts';
import { newIntent, RECEIVER } from './lib/new-intent.ts';
import { fillOpenIntents } from './lib/open-intents.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWatcherProcess, type WatcherStats } from './lib/watcher-process.ts';

const CHAIN = chainById(31337);
const SIZES = [10, 1_000, 100_000];
/** As many as lie between two second passes, so that each run has one. */
const BLOCKS = 32;
/** Arbitrum's. */
const FAST_BLOCK_SECONDS = 0.25;
/** A second pass of that chain has 256. */
const FAST_BLOCKS = 256;
const FAST_BLOCKS_EACH_PAYMENT = 16;
/** Of the release before decision 0073, by this benchmark's measure of then (commit 3acd287). */
const BEFORE = '6.3 before';
const MODES = ['polling', 'subscription'] as const;
type Mode = (typeof MODES)[number];

export const benchWatcher = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const anvil = await stack.chain(CHAIN.id);
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 4 });
  const figures: Figure[] = [];
  try {
    // The deployment waits for receipts, so blocks are mined automatically until it is done.
    await rpcCall(anvil.rpcUrl, 'evm_setAutomine', [true]);
    await deployLocalContracts({ rpcUrl: anvil.rpcUrl });
    await rpcCall(anvil.rpcUrl, 'evm_setAutomine', [false]);
    const { storeId } = await createMerchantAndStore(orm.em, {
      name: 'Bench',
      email: 'watch@bench.example',
      receiver: RECEIVER,
    });
    const { apiKey } = await createApiKey(orm.em, parseMasterKeys(stack.masterKeys), storeId, { name: 'bench' });
    const run = { stack, anvil, orm, storeId, apiKey };
    let open = 0;
    for (const size of SIZES) {
      for (const mode of MODES) {
        const blocks = quick ? 4 : BLOCKS;
        open += blocks;
        await fillOpenIntents(orm, { storeId, apiKey, chainId: CHAIN.id, count: size - open });
        open = Math.max(open, size);
        const { calls, delays, after } = await watchBlocks(run, {
          mode,
          blocks,
          blockSeconds: CHAIN.blockSeconds,
          each: 1,
        });
        const of = `by ${mode}, ${open.toLocaleString('en')} open intents`;
        say(
          `watcher, ${of}: ${rounded(calls / blocks, 2)} calls a block, detected after ${rounded(median(delays))} ms`,
        );
        const aim = mode === 'polling' ? `≤ 2.3 (${BEFORE})` : `≤ 1.3 (${BEFORE})`;
        figures.push(
          { what: `RPC calls a block, ${of}`, value: rounded(calls / blocks, 2), aim },
          {
            what: `block to ledger, ${of}: p50, worst of ${blocks}`,
            value: `${rounded(median(delays))} ms, ${rounded(percentile(delays, 100))} ms`,
            aim: '< 2 s',
          },
          { what: `memory of the watcher's process, ${of}`, value: `${rounded(after.rssBytes / 2 ** 20)} MiB` },
        );
      }
    }
    for (const mode of MODES) {
      const blocks = quick ? 32 : FAST_BLOCKS;
      const pace = { mode, blocks, blockSeconds: FAST_BLOCK_SECONDS, each: FAST_BLOCKS_EACH_PAYMENT };
      const { calls, delays } = await watchBlocks(run, pace);
      const perSecond = calls / (blocks * FAST_BLOCK_SECONDS);
      say(`watcher, four blocks a second by ${mode}: ${rounded(perSecond, 2)} calls a second`);
      const of = `four blocks a second, by ${mode}`;
      figures.push(
        {
          what: `RPC calls a second, ${of}`,
          value: rounded(perSecond, 2),
          aim: mode === 'polling' ? '≤ 1' : '≤ 5.2 (1.3 a block)',
        },
        {
          what: `block to ledger, ${of}: p50, worst of ${delays.length}`,
          value: `${rounded(median(delays))} ms, ${rounded(percentile(delays, 100))} ms`,
        },
      );
    }
  } finally {
    await orm.close();
  }
  return {
    title: 'Watching a chain',
    how: `A block every ${CHAIN.blockSeconds} s in a steady rhythm, each with one payment to another open intent, ${BLOCKS} blocks for each line, among them the second pass at finality; two providers, which are the same node. With four blocks a second (${FAST_BLOCKS} blocks) a payment in every ${FAST_BLOCKS_EACH_PAYMENT}th. Calls are JSON-RPC calls, each element of a batch one. The delay runs from the mined block to the committed row. The process holds one watcher and its database pool.`,
    figures,
  };
};

interface Run {
  stack: BenchStack;
  anvil: RunningChain;
  orm: Orm;
  storeId: string;
  apiKey: string;
}

interface Pace {
  mode: Mode;
  blocks: number;
  blockSeconds: number;
  /** A payment in every so many blocks. */
  each: number;
}

/** Mines blocks in a rhythm while a watcher runs. */
const watchBlocks = async (
  { stack, anvil, orm, storeId, apiKey }: Run,
  { mode, blocks, blockSeconds, each }: Pace,
): Promise<{ calls: number; delays: number[]; after: WatcherStats }> => {
  const paid: IntentId[] = [];
  for (let n = 0; n < blocks; n += each) paid.push(await addIntent(orm, storeId, apiKey));
  const watcher = startWatcherProcess({
    databaseUrl: stack.databaseUrl,
    chainId: CHAIN.id,
    rpcUrls: [anvil.rpcUrl, anvil.rpcUrl],
    wsUrls: mode === 'subscription' ? [anvil.wsUrl] : [],
    blockSeconds,
  });
  try {
    await caughtUp(orm, anvil.rpcUrl);
    const rhythm = startRhythm(anvil.rpcUrl, blockSeconds);
    // Until polling has found the rhythm, and the subscription is there.
    for (let n = 0; n < WARM_UP_BLOCKS; n += 1) await rhythm.next();
    await caughtUp(orm, anvil.rpcUrl);
    const before = await watcher.stats();
    const delays: Promise<number>[] = [];
    for (let n = 0; n < blocks; n += 1) {
      const intentId = n % each === 0 ? paid[n / each] : undefined;
      if (intentId) await pay(orm, anvil.rpcUrl, intentId);
      const minedAt = await rhythm.next();
      if (intentId) delays.push(untilDetected(orm, intentId, minedAt));
    }
    const after = await watcher.stats();
    return { calls: after.calls - before.calls, delays: await Promise.all(delays), after };
  } finally {
    await watcher.stop();
  }
};

const WARM_UP_BLOCKS = 12;

/** @returns `next`: waits until a block is due, mines it, and says when it was mined */
const startRhythm = (rpcUrl: string, blockSeconds: number) => {
  let due = performance.now();
  return {
    async next(): Promise<number> {
      due += blockSeconds * 1_000;
      await delay(Math.max(0, due - performance.now()));
      await rpcCall(rpcUrl, 'evm_mine');
      return performance.now();
    },
  };
};

const addIntent = async (orm: Orm, storeId: string, apiKey: string): Promise<IntentId> => {
  const intent = newIntent(storeId, apiKey);
  await createIntent(sqlOf(orm), { apiKeyId: apiKey, nonce: intent.id, expiresAt: intent.expiresAt }, intent, null);
  return intent.id;
};

const caughtUp = async (orm: Orm, rpcUrl: string): Promise<void> => {
  const head = Number(await rpcCall<string>(rpcUrl, 'eth_blockNumber'));
  await waitFor(
    async () => {
      const [cursor] = await orm.em
        .fork()
        .execute<{ block_number: string }[]>('select block_number from chain_cursor where chain_id = ?', [CHAIN.id]);
      return cursor && Number(cursor.block_number) >= head;
    },
    { what: 'the watcher at the head', timeoutMs: 60_000 },
  );
};

const pay = async (orm: Orm, rpcUrl: string, intentId: IntentId): Promise<void> => {
  const intent = await orm.em.fork().findOneOrFail(CheckoutIntent, intentId);
  await payFromDevelopmentWallet({
    rpcUrl,
    chain: CHAIN,
    coin: 1,
    to: intent.depositAddress,
    amountBaseUnits: toBaseUnitsCeil(intent.amountUnits, 6),
  });
};

/** Milliseconds from the mined block to the row. */
const untilDetected = async (orm: Orm, intentId: IntentId, minedAt: number): Promise<number> => {
  await waitFor(async () => (await orm.em.fork().count(TokenTransfer, { intent: intentId })) > 0, {
    what: 'the payment in the ledger',
    timeoutMs: 60_000,
    intervalMs: 10,
  });
  return performance.now() - minedAt;
};
