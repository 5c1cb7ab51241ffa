// (j) Crowds: orders that expire in one second, payments that stand in one block, and workflows that no worker keeps in its cache, so that
// each of their tasks replays the history. The chain is real; the watcher has a process of its own.
import { hexNumber } from '#chain/block-reader.ts';
import { developmentAccount, fillDevelopmentWallet, localCall } from '#chain/local/local-transfer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import type { Address } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { transferCalldata } from '#domain/erc20.ts';
import type { IntentId } from '#domain/ids.ts';
import { toBaseUnitsCeil } from '#domain/money.ts';
import { IntentStatus } from '#domain/status.ts';
import type { RunningChain } from '#scripts/lib/stack/chain.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type BenchOptions, eachOf, type Figure, median, type PartResult, percentile, rounded } from './lib/measure.ts';
import { type PaymentBench, startPaymentBench } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWatcherProcess } from './lib/watcher-process.ts';

const CHAIN = chainById(31337);
/** Enough for every transfer of the crowd in one block. */
const BLOCK_GAS = '0x12a05f2000';
/** Of one transfer. */
const GAS = '0x30d40';
const SENT_AT_ONCE = 32;
const WITHIN_MS = 1_800_000;
const SMALL_CACHE = 2;

export const benchCrowds = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const size = quick ? { expiring: 100, paying: 50, uncached: 10 } : { expiring: 10_000, paying: 5_000, uncached: 300 };
  const chain = await stack.chain(CHAIN.id, CHAIN.blockSeconds);
  await deployLocalContracts({ rpcUrl: chain.rpcUrl });
  await fillDevelopmentWallet(chain.rpcUrl, CHAIN);
  const figures: Figure[] = [];
  const note = (what: string, value: string): void => {
    say(`crowds: ${what}: ${value}`);
    figures.push({ what, value });
  };
  const watcher = startWatcherProcess({
    databaseUrl: stack.databaseUrl,
    chainId: CHAIN.id,
    rpcUrls: [chain.rpcUrl],
    wsUrls: [chain.wsUrl],
  });
  try {
    await expire(stack, size.expiring, note);
    await payInOneBlock(stack, chain, size.paying, note);
  } finally {
    await watcher.stop();
  }
  await payWithoutCache(stack, size.uncached, note);
  return {
    title: 'Crowds',
    how: `Workers, dispatcher, shop and payer share one process, the watcher has its own; the chain has a block every ${CHAIN.blockSeconds} s, of which the second confirms. Orders that expire: from the second in which all of them do to the last order that says TIMEOUT; 5 s of it are given to the watcher to read a later block. Payments: all transfers stand in one block; from the moment that the node has it. Cache: the phases of "Whole orders", once with a cache that holds all of them and once with one of ${SMALL_CACHE} workflows.`,
    figures,
  };
};

type Note = (what: string, value: string) => void;

const expire = async (stack: BenchStack, count: number, note: Note): Promise<void> => {
  const bench = await startPaymentBench(stack, { name: 'Expiring', emails: false });
  try {
    // Started at the pace of this machine, and a minute to spare.
    const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000 + count * 90);
    const started = performance.now();
    const ids = await bench.create(count, { expiresAt, acceptedChainIds: [CHAIN.id] });
    await bench.untilWaiting(count);
    note(`${grouped(count)} orders created and their workflows waiting after`, seconds(performance.now() - started));
    if (Date.now() > expiresAt.getTime()) throw new Error('the first orders expired before the last one was created');
    await untilStatus(bench, ids, IntentStatus.TIMEOUT);
    const late = await since(bench, ids, expiresAt.getTime());
    note(`${grouped(count)} expire in one second: TIMEOUT after, p50, p99, last`, spread(late));
  } finally {
    await bench.stop();
  }
};

const payInOneBlock = async (stack: BenchStack, chain: RunningChain, count: number, note: Note): Promise<void> => {
  const arrivals = new Map<string, number>();
  const onWebhook = (body: string): void => {
    const { all_scale_checkout_intent_id: id } = JSON.parse(body) as { all_scale_checkout_intent_id: string };
    if (!arrivals.has(id)) arrivals.set(id, Date.now());
  };
  const bench = await startPaymentBench(stack, { name: 'Paying', onWebhook });
  try {
    const ids = await bench.start(count, 'one');
    const minedAt = await payAll(bench, chain, ids);
    await untilStatus(bench, ids, IntentStatus.CONFIRMED);
    const confirmed = await since(bench, ids, minedAt);
    note(
      `${grouped(count)} payments in one block: first and last order CONFIRMED after`,
      `${seconds(Math.min(...confirmed))}, ${seconds(Math.max(...confirmed))}`,
    );
    await waitFor(() => ids.every((id) => arrivals.has(id)), { what: 'the last webhook', timeoutMs: WITHIN_MS });
    const delays = ids.map((id) => (arrivals.get(id) ?? Number.NaN) - minedAt);
    note('their webhooks at the door after, p50, p99, last', spread(delays));
  } finally {
    await bench.stop();
  }
};

/** Puts one transfer for each order into one block. @returns when the node had that block, in epoch milliseconds */
const payAll = async (bench: PaymentBench, { rpcUrl }: RunningChain, ids: readonly IntentId[]): Promise<number> => {
  const token = tokenOf(CHAIN, 1);
  if (!token) throw new Error(`${CHAIN.name} has no USDT`);
  const orders = await bench.orm.em
    .fork()
    .execute<{ deposit_address: Address }[]>('select deposit_address from checkout_intent where id = any(?::text[])', [
      `{${ids.join(',')}}`,
    ]);
  const from = await developmentAccount(rpcUrl);
  const amount = toBaseUnitsCeil(bench.price, token.decimals);
  await localCall(rpcUrl, 'evm_setIntervalMining', [0]);
  await localCall(rpcUrl, 'evm_setBlockGasLimit', [BLOCK_GAS]);
  const nonce = Number(await localCall<string>(rpcUrl, 'eth_getTransactionCount', [from, 'latest']));
  await eachOf([...orders.entries()], SENT_AT_ONCE, async ([index, { deposit_address: to }]) => {
    const data = transferCalldata(to, amount);
    const call = { from, to: token.address, data, gas: GAS, nonce: hexNumber(nonce + index) };
    await localCall(rpcUrl, 'eth_sendTransaction', [call]);
  });
  await localCall(rpcUrl, 'evm_mine', []);
  const minedAt = Date.now();
  const block = await localCall<{ transactions: string[] }>(rpcUrl, 'eth_getBlockByNumber', ['latest', false]);
  if (block.transactions.length !== orders.length) {
    throw new Error(`the block has ${block.transactions.length} transactions, not ${orders.length}`);
  }
  await localCall(rpcUrl, 'evm_setIntervalMining', [CHAIN.blockSeconds]);
  return minedAt;
};

const payWithoutCache = async (stack: BenchStack, count: number, note: Note): Promise<void> => {
  const times: number[] = [];
  for (const maxCachedWorkflows of [2_000, SMALL_CACHE]) {
    const bench = await startPaymentBench(stack, { name: `Cache of ${maxCachedWorkflows}`, maxCachedWorkflows });
    try {
      const started = performance.now();
      const ids = await bench.start(count, 'one');
      await bench.see(ids);
      await bench.confirm(ids);
      times.push(performance.now() - started);
    } finally {
      await bench.stop();
    }
  }
  const [cached = Number.NaN, uncached = Number.NaN] = times;
  note(`${grouped(count)} whole orders with every workflow in the cache`, seconds(cached));
  note(
    `the same with \`maxCachedWorkflows: ${SMALL_CACHE}\``,
    `${seconds(uncached)}, ${rounded(uncached / cached, 1)}×`,
  );
};

const untilStatus = async ({ orm }: PaymentBench, ids: readonly IntentId[], status: IntentStatus): Promise<void> => {
  const query = 'select count(*) from checkout_intent where id = any(?::text[]) and status = ?';
  await waitFor(
    async () => {
      const [row] = await orm.em.fork().execute<{ count: string }[]>(query, [`{${ids.join(',')}}`, status]);
      return Number(row?.count) === ids.length;
    },
    { what: `status ${status} of ${ids.length} orders`, timeoutMs: WITHIN_MS, intervalMs: 500 },
  );
};

/** Milliseconds from an instant, in epoch milliseconds, to the last write of each order. */
const since = async ({ orm }: PaymentBench, ids: readonly IntentId[], at: number): Promise<number[]> => {
  const rows = await orm.em
    .fork()
    .execute<{ ms: string }[]>(
      'select extract(epoch from updated_at) * 1000 as ms from checkout_intent where id = any(?::text[])',
      [`{${ids.join(',')}}`],
    );
  return rows.map(({ ms }) => Number(ms) - at);
};

const grouped = (count: number): string => count.toLocaleString('en');
const seconds = (milliseconds: number): string => `${rounded(milliseconds / 1000, 1)} s`;
const spread = (delays: readonly number[]): string =>
  [median(delays), percentile(delays, 99), percentile(delays, 100)].map(seconds).join(', ');
