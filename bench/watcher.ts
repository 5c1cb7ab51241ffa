// (c) The watcher with 10, 1,000 and 100,000 open intents: RPC calls for each block, the delay from a payment's block to its row in the
// ledger, and the memory of the watcher's process.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { createIntent } from '#db/intents/create-intent.ts';
import { createApiKey, createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { sqlOf } from '#db/pool.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { toBaseUnitsCeil } from '#domain/money.ts';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { payFromDevelopmentWallet } from '#web/development/wallet/local-transfer.ts';
import { type BenchOptions, type Figure, median, type PartResult, percentile, rounded } from './lib/measure.ts';
import { newIntent, RECEIVER } from './lib/new-intent.ts';
import { fillOpenIntents } from './lib/open-intents.ts';
import type { BenchStack } from './lib/stack.ts';

const CHAIN = chainById(31337);
const SIZES = [10, 1_000, 100_000];
const BLOCK_MS = CHAIN.blockSeconds * 1000;

export const benchWatcher = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const blocks = quick ? 4 : 20;
  const anvil = await stack.chain(CHAIN.id);
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 4 });
  const mine = () => rpcCall(anvil.rpcUrl, 'evm_mine');
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
    let open = 0;
    for (const size of SIZES) {
      const paid: IntentId[] = [];
      for (let n = 0; n < blocks; n += 1) paid.push(await addIntent(orm, storeId, apiKey));
      open += blocks;
      await fillOpenIntents(orm, { storeId, apiKey, chainId: CHAIN.id, count: size - open });
      open = Math.max(open, size);
      const watcher = await startWatcher(stack.databaseUrl, anvil.rpcUrl);
      try {
        await caughtUp(orm, anvil.rpcUrl);
        const before = await watcher.stats();
        const delays: number[] = [];
        for (const intentId of paid) delays.push(await payAndDetect(orm, anvil.rpcUrl, intentId, mine));
        const after = await watcher.stats();
        const calls = (after.calls - before.calls) / blocks;
        say(`watcher, ${open} open: ${rounded(calls, 1)} calls a block, detected after ${rounded(median(delays))} ms`);
        const of = `with ${open.toLocaleString('en')} open intents`;
        figures.push(
          { what: `RPC calls a block, ${of}`, value: rounded(calls, 1), ...(size === SIZES[0] ? {} : { aim: 'flat' }) },
          { what: `HTTP requests a block, ${of}`, value: rounded((after.requests - before.requests) / blocks, 1) },
          {
            what: `block to ledger, ${of}: p50, worst of ${blocks}`,
            value: `${rounded(median(delays))} ms, ${rounded(percentile(delays, 100))} ms`,
            aim: '< 2 s',
          },
          { what: `memory of the watcher's process, ${of}`, value: `${rounded(after.rssBytes / 2 ** 20)} MiB` },
        );
      } finally {
        await watcher.stop();
      }
    }
  } finally {
    await orm.close();
  }
  return {
    title: 'Watching a chain',
    how: `A block every ${CHAIN.blockSeconds} s, each with one payment to another open intent, ${blocks} blocks for each size; the second pass at finality is included in the calls. The delay runs from the mined block to the committed row. The process holds one watcher and its database pool.`,
    figures,
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

/** Milliseconds from the mined block to the row. Then waits for the rest of the block's time. */
const payAndDetect = async (
  orm: Orm,
  rpcUrl: string,
  intentId: IntentId,
  mine: () => Promise<unknown>,
): Promise<number> => {
  const intent = await orm.em.fork().findOneOrFail(CheckoutIntent, intentId);
  const started = performance.now();
  await payFromDevelopmentWallet({
    rpcUrl,
    chain: CHAIN,
    coin: 1,
    to: intent.depositAddress,
    amountBaseUnits: toBaseUnitsCeil(intent.amountUnits, 6),
  });
  // A random time between two polls of the watcher.
  await delay(Math.random() * BLOCK_MS * 0.5);
  await mine();
  const mined = performance.now();
  await waitFor(async () => (await orm.em.fork().count(TokenTransfer, { intent: intentId })) > 0, {
    what: 'the payment in the ledger',
    timeoutMs: 60_000,
    intervalMs: 5,
  });
  const detected = performance.now() - mined;
  await delay(Math.max(0, BLOCK_MS - (performance.now() - started)));
  return detected;
};

interface Stats {
  calls: number;
  requests: number;
  rssBytes: number;
}

const startWatcher = async (databaseUrl: string, rpcUrl: string) => {
  const script = fileURLToPath(new URL('lib/watch-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, databaseUrl, rpcUrl, String(CHAIN.id)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async stats(): Promise<Stats> {
      child.stdin.write('stats\n');
      const { value, done } = await lines.next();
      if (done) throw new Error('the watcher ended');
      return JSON.parse(value) as Stats;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
};
