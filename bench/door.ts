// (i) From the confirming block to the webhook at the shop's door, at 1, 5 and 10 orders a second: a real chain with a block every two
// seconds, the watcher in a process of its own, Postgres, Temporal, and a shop that notes when a webhook arrives. Once by polling, once by
// subscription to new heads.
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { fillDevelopmentWallet, payFromDevelopmentWallet } from '#chain/local/local-transfer.ts';
import { deployLocalContracts } from '#contracts/deploy.ts';
import { TokenTransfer } from '#db/entities/chain.entity.ts';
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import { chainById } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { toBaseUnitsCeil } from '#domain/money.ts';
import type { RunningChain } from '#scripts/lib/stack/chain.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { type BenchOptions, type Figure, median, type PartResult, percentile, rounded } from './lib/measure.ts';
import { type PaymentBench, startPaymentBench } from './lib/payment-bench.ts';
import type { BenchStack } from './lib/stack.ts';
import { startWatcherProcess } from './lib/watcher-process.ts';

const CHAIN = chainById(31337);
const RATES = [1, 5, 10];
/** Its own block is the first of two. */
const BLOCKS_AFTER_PAYMENT = 1n;
const ARRIVE_WITHIN_MS = 120_000;
const MODES = { polling: 'by polling', subscription: 'by subscription' } as const;
type Mode = keyof typeof MODES;

export const benchDoor = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const seconds = quick ? 8 : 60;
  const arrivals = new Map<string, number>();
  const bench = await startPaymentBench(stack, {
    onWebhook(body, at) {
      const { all_scale_checkout_intent_id: id } = JSON.parse(body) as { all_scale_checkout_intent_id: string };
      if (!arrivals.has(id)) arrivals.set(id, at);
    },
  });
  const figures: Figure[] = [];
  try {
    const chain = await stack.chain(CHAIN.id, CHAIN.blockSeconds);
    await deployLocalContracts({ rpcUrl: chain.rpcUrl });
    await fillDevelopmentWallet(chain.rpcUrl, CHAIN);
    for (const mode of ['polling', 'subscription'] as const) {
      const watcher = startWatcherProcess({
        databaseUrl: stack.databaseUrl,
        chainId: CHAIN.id,
        rpcUrls: [chain.rpcUrl],
        wsUrls: mode === 'subscription' ? [chain.wsUrl] : [],
      });
      const blocks = await noteBlocks(chain.wsUrl);
      try {
        for (const perSecond of RATES) {
          const delays = await measure({ bench, chain, blocks, arrivals, perSecond, seconds });
          const of = `${MODES[mode]}, ${perSecond} orders a second`;
          const value = `${rounded(median(delays))} ms, ${rounded(percentile(delays, 99))} ms, ${rounded(percentile(delays, 100))} ms`;
          say(`door: ${of}: ${value}`);
          figures.push({ what: `${of}: p50, p99, worst of ${delays.length}`, value, ...aimOf(mode, perSecond) });
        }
      } finally {
        blocks.close();
        await watcher.stop();
      }
    }
  } finally {
    await bench.stop();
  }
  return {
    title: 'From the confirming block to the door',
    how: `anvil mines a block every ${CHAIN.blockSeconds} s; ${seconds} s of payments at each rate, each for its own order, confirmed by the block after theirs. Time runs from the announcement of that block by the node to the first byte of the webhook at the shop. Orders are paid in bursts of one block. Workers, dispatcher, shop and payer share one process, the watcher has its own; e-mails are sent meanwhile.`,
    figures,
  };
};

const aimOf = (mode: Mode, perSecond: number): { aim?: string } =>
  mode === 'subscription' && perSecond === 5 ? { aim: 'p99 < 1 s' } : {};

interface Blocks {
  /** When the node announced each block, by its number. */
  at: Map<bigint, number>;
  close(): void;
}

const noteBlocks = async (wsUrl: string): Promise<Blocks> => {
  const at = new Map<bigint, number>();
  const socket = new WebSocket(wsUrl);
  socket.addEventListener('open', () =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] })),
  );
  socket.addEventListener('message', ({ data }) => {
    const now = performance.now();
    const { params } = JSON.parse(String(data)) as { params?: { result: { number: string } } };
    if (params) at.set(BigInt(params.result.number), now);
  });
  await waitFor(() => at.size > 0, { what: 'a block', timeoutMs: 30_000 });
  return { at, close: () => socket.close() };
};

interface Round {
  bench: PaymentBench;
  chain: RunningChain;
  blocks: Blocks;
  arrivals: ReadonlyMap<string, number>;
  perSecond: number;
  seconds: number;
}

/** Pays at the rate. @returns milliseconds from each order's confirming block to its webhook */
const measure = async ({ bench, chain, blocks, arrivals, perSecond, seconds }: Round): Promise<number[]> => {
  const ids = await bench.start(perSecond * seconds, 'one');
  const em = bench.orm.em.fork();
  const orders = await em.find(CheckoutIntent, { id: { $in: ids } });
  const started = performance.now();
  for (const [index, { depositAddress, amountUnits }] of orders.entries()) {
    await delay(Math.max(0, started + (index * 1_000) / perSecond - performance.now()));
    const amountBaseUnits = toBaseUnitsCeil(amountUnits, 6);
    await payFromDevelopmentWallet({
      rpcUrl: chain.rpcUrl,
      chain: CHAIN,
      coin: 1,
      to: depositAddress,
      amountBaseUnits,
    });
  }
  await waitFor(() => ids.every((id) => arrivals.has(id)), {
    what: 'the last webhook',
    timeoutMs: ARRIVE_WITHIN_MS,
    intervalMs: 50,
  });
  const blockOf = await paymentBlocks(bench, ids);
  return ids.map((id) => {
    const confirmed = blocks.at.get((blockOf.get(id) ?? -1n) + BLOCKS_AFTER_PAYMENT);
    return (arrivals.get(id) ?? Number.NaN) - (confirmed ?? Number.NaN);
  });
};

const paymentBlocks = async (bench: PaymentBench, ids: readonly IntentId[]): Promise<Map<IntentId, bigint>> => {
  const transfers = await bench.orm.em.fork().find(TokenTransfer, { intent: { $in: [...ids] }, state: 'confirmed' });
  return new Map(transfers.map(({ intent, blockNumber }) => [intent.id as IntentId, blockNumber]));
};
