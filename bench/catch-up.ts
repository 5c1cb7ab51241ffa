// A watcher that was away for 10,000 blocks: the time until it has read them, its memory, and both against reading the logs alone.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { request } from 'undici';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { parseMasterKeys } from '#db/secrets.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import type { Address, Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { TRANSFER_TOPIC } from '#domain/erc20.ts';
import { SPECS } from '#scripts/images/processes.ts';
import type { CatchUpMeasure } from './lib/catch-up-process.ts';
import type { MadeUpNode } from './lib/chain-process.ts';
import { familyCpuMilliseconds } from './lib/cpu.ts';
import { type BenchOptions, median, type PartResult, rounded } from './lib/measure.ts';
import { RECEIVER } from './lib/new-intent.ts';
import { fillOpenIntents } from './lib/open-intents.ts';
import type { BenchStack } from './lib/stack.ts';

const CHAIN = chainById(8453);
const WATCHED = 100_000;
const BARE_RANGE = 1_000;
const MEGABYTE = 2 ** 20;

interface Round extends CatchUpMeasure {
  /** Processor time. */
  postgresMs: number;
}

export const benchCatchUp = async (stack: BenchStack, { quick, say }: BenchOptions): Promise<PartResult> => {
  const blocks = quick ? 2_000 : 10_000;
  const rounds = quick ? 1 : 5;
  const orm = await openOrm({ databaseUrl: stack.databaseUrl, poolSize: 2 });
  try {
    const addresses = await openAddresses(orm, stack);
    const file = join(stack.dataDir, 'addresses');
    writeFileSync(file, `${addresses.join('\n')}\n`);
    const node = await startNode(blocks, file);
    try {
      const measured: Round[] = [];
      const unlimited: Round[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        bare.push(await readLogsOnly(node.url, blocks));
        for (const [results, options] of [[measured, SPECS.worker.options] as const, [unlimited, []] as const]) {
          await forget(orm, node.genesis);
          const before = familyCpuMilliseconds(stack.postgresPid);
          const measure = await catchUp(stack.databaseUrl, node.url, blocks, options);
          results.push({ ...measure, postgresMs: familyCpuMilliseconds(stack.postgresPid) - before });
          await mustHaveFound(orm, blocks);
        }
        say(`catch-up: bare ${rounded(bare.at(-1) ?? 0)} ms, ${JSON.stringify([measured.at(-1), unlimited.at(-1)])}`);
      }
      return asResult(blocks, measured, unlimited, bare);
    } finally {
      await node.stop();
    }
  } finally {
    await orm.close();
  }
};

const asResult = (
  blocks: number,
  measured: readonly Round[],
  unlimited: readonly Round[],
  bare: readonly number[],
): PartResult => {
  const memory = (of: readonly Round[]): string =>
    `${mib(median(of.map(({ beforeBytes }) => beforeBytes)))}, ${mib(Math.max(...of.map(({ peakBytes }) => peakBytes)))}`;
  const of = (value: (one: Round) => number): number => median(measured.map(value));
  const mib = (bytes: number): string => `${rounded(bytes / MEGABYTE)} MiB`;
  return {
    title: 'Catching up',
    how: `A watcher starts ${blocks.toLocaleString('en')} final blocks behind the head of a made-up ${CHAIN.name} with ${(blocks * 2).toLocaleString('en')} transfers of one token, every third to one of ${WATCHED.toLocaleString('en')} watched addresses. The node is a process that has its responses ready; its headers have the hashes of their fields. Logs are read and checked twice (first pass and the pass at finality), headers once. Bare: the same logs in ranges of ${BARE_RANGE.toLocaleString('en')} blocks, parsed as JSON, no header, no database. ${measured.length} alternating rounds, medians; memory: the largest. The process has the options of the worker's command (${SPECS.worker.options.join(' ')}).`,
    figures: [
      {
        what: 'all blocks in the ledger after',
        value: `${rounded(of(({ readMs }) => readMs) / 1000, 2)} s`,
        aim: '≤ 1.5 s',
      },
      { what: 'and read a second time after', value: `${rounded(of(({ finalMs }) => finalMs) / 1000, 2)} s` },
      { what: 'bare reading', value: `${rounded(median(bare) / 1000, 2)} s` },
      { what: "processor time of the watcher's process", value: `${rounded(of(({ cpuMs }) => cpuMs) / 1000, 2)} s` },
      { what: 'processor time of Postgres', value: `${rounded(of(({ postgresMs }) => postgresMs) / 1000, 2)} s` },
      { what: 'HTTP requests', value: rounded(of(({ requests }) => requests)) },
      {
        what: 'memory of the process before, at most',
        value: memory(measured),
        aim: '≤ 200 MB',
      },
      { what: "the same with V8's own limits", value: memory(unlimited) },
      {
        what: "all blocks in the ledger after, with V8's own limits",
        value: `${rounded(median(unlimited.map(({ readMs }) => readMs)) / 1000, 2)} s`,
      },
    ],
  };
};

/** @returns the deposit addresses of open orders */
const openAddresses = async (orm: Orm, stack: BenchStack): Promise<Address[]> => {
  const shop = { name: 'Bench', email: 'catch-up@bench.example', receiver: RECEIVER };
  const { storeId } = await createMerchantAndStore(orm.em, shop);
  const { apiKey } = await createApiKey(orm.em, parseMasterKeys(stack.masterKeys), storeId, { name: 'bench' });
  return await fillOpenIntents(orm, { storeId, apiKey, chainId: CHAIN.id, count: WATCHED });
};

/** What an earlier round wrote, and a cursor at the first block. */
const forget = async (orm: Orm, genesis: Hex): Promise<void> => {
  await orm.em
    .fork()
    .execute('truncate token_transfer, timeline_event, dispatch, order_event, chain_block, chain_cursor cascade');
  await createWatchLedger(orm.em).begin(CHAIN.id, { number: 0n, hash: genesis, time: 0 });
};

const mustHaveFound = async (orm: Orm, blocks: number): Promise<void> => {
  const expected = Math.ceil((blocks * 2) / 3);
  const [row] = await orm.em.fork().execute<{ found: number }[]>(`select count(*)::int as found from token_transfer`);
  if (row?.found !== expected) throw new Error(`${row?.found} transfers were found, not ${expected}`);
};

const startNode = async (blocks: number, addressFile: string): Promise<MadeUpNode & { stop: () => Promise<void> }> => {
  const script = join(import.meta.dirname, 'lib', 'chain-process.ts');
  const child = spawn(process.execPath, [script, String(CHAIN.id), String(blocks), addressFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      ...(JSON.parse(line) as MadeUpNode),
      async stop() {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error('the made-up chain did not start');
};

const readLogsOnly = async (url: string, blocks: number): Promise<number> => {
  const started = performance.now();
  let logs = 0;
  for (let from = 1; from <= blocks; from += BARE_RANGE) {
    const to = Math.min(from + BARE_RANGE - 1, blocks);
    const filter = {
      fromBlock: `0x${from.toString(16)}`,
      toBlock: `0x${to.toString(16)}`,
      address: CHAIN.tokens.map(({ address }) => address),
      topics: [TRANSFER_TOPIC],
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getLogs', params: [filter] });
    const response = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    logs += ((await response.body.json()) as { result: unknown[] }).result.length;
  }
  if (logs !== blocks * 2) throw new Error(`${logs} logs were read, not ${blocks * 2}`);
  return performance.now() - started;
};

/** @param options of Node */
const catchUp = async (
  databaseUrl: string,
  url: string,
  blocks: number,
  options: readonly string[],
): Promise<CatchUpMeasure> => {
  const script = join(import.meta.dirname, 'lib', 'catch-up-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...options,
    script,
    databaseUrl,
    url,
    String(CHAIN.id),
    String(blocks),
  ]);
  return JSON.parse(stdout) as CatchUpMeasure;
};
