// A local chain keeps its state through kill -9: the same blocks with the same hashes, and transactions that were sent but not mined.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reorganise } from '#chain/local/reorganise.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type ChainOptions, type RunningChain, startChain } from '#scripts/lib/stack/chain.ts';
import { type RpcBlock, rpcCall } from '#scripts/lib/stack/json-rpc.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';

let options: ChainOptions;
let running: RunningChain[] = [];

beforeEach(async () => {
  options = {
    dataDir: mkdtempSync(join(tmpdir(), 'checkout-chain-')),
    chainId: 31337,
    port: await freePort(),
    blockTime: 1,
  };
});

afterEach(async () => {
  for (const chain of running) await chain.stop();
  running = [];
  rmSync(options.dataDir, { recursive: true, force: true });
});

async function start(changes: Partial<ChainOptions> = {}): Promise<RunningChain> {
  const chain = await startChain({ ...options, ...changes });
  running.push(chain);
  return chain;
}

async function send(chain: RunningChain): Promise<string> {
  const [from] = await rpcCall<string[]>(chain.rpcUrl, 'eth_accounts');
  return await rpcCall(chain.rpcUrl, 'eth_sendTransaction', [{ from, to: `0x${'11'.repeat(20)}`, value: '0x1' }]);
}

const block = async (chain: RunningChain, number: string) =>
  await rpcCall<RpcBlock>(chain.rpcUrl, 'eth_getBlockByNumber', [number, false]);

const receipt = async (chain: RunningChain, hash: string) =>
  await rpcCall<{ blockHash: string } | null>(chain.rpcUrl, 'eth_getTransactionReceipt', [hash]);

const mined = async (chain: RunningChain, hash: string) =>
  await waitFor(async () => (await receipt(chain, hash)) ?? undefined, {
    what: 'the transaction in a block',
    timeoutMs: 45_000,
  });

const head = async (chain: RunningChain) => Number((await block(chain, 'latest')).number);

async function killAndStartAgain(chain: RunningChain): Promise<RunningChain> {
  process.kill(chain.pid, 'SIGKILL');
  await chain.exited;
  running = running.filter((other) => other !== chain);
  return await start();
}

test('kill -9 moves no head back and changes no hash, also of empty blocks', async () => {
  const first = await start();
  const hash = await send(first);
  const { blockHash } = await mined(first, hash);
  const enough = (await head(first)) + 3;
  await waitFor(async () => (await head(first)) >= enough, { what: 'three empty blocks', timeoutMs: 45_000 });
  const before = await block(first, `0x${enough.toString(16)}`);

  const second = await killAndStartAgain(first);
  expect(await head(second)).toBeGreaterThanOrEqual(enough);
  expect((await block(second, before.number)).hash).toBe(before.hash);
  expect((await receipt(second, hash))?.blockHash).toBe(blockHash);
  const later = await head(second);
  await waitFor(async () => (await head(second)) > later, { what: 'new blocks', timeoutMs: 45_000 });
  const now = Date.now() / 1000;
  expect(Math.abs(Number((await block(second, 'latest')).timestamp) - now)).toBeLessThan(10);
});

test('a transaction sent but not mined before kill -9 is mined after it', async () => {
  options.blockTime = 5;
  const first = await start();
  const hash = await send(first);
  // The keeper receives the transaction shortly after the sender's call returns.
  const journal = join(options.dataDir, 'chain-31337', 'since-state.jsonl');
  await waitFor(() => readFileSync(journal, 'utf8').includes(hash), { what: 'the journal line', timeoutMs: 45_000 });
  expect(await receipt(first, hash)).toBeNull();

  const second = await killAndStartAgain(first);
  expect(await mined(second, hash)).toMatchObject({ blockHash: expect.stringMatching(/^0x/) });
});

test('a normal stop keeps all blocks, also after a reorganisation', async () => {
  const first = await start();
  const hash = await send(first);
  await mined(first, hash);
  await rpcCall(first.rpcUrl, 'anvil_reorg', [1, []]);
  const reorganised = await block(first, 'latest');
  await first.stop();
  const second = await start();
  expect((await block(second, reorganised.number)).hash).toBe(reorganised.hash);
});

test('reorganisations while blocks are mined leave no gap, and mining goes on', async () => {
  const chain = await start();
  await waitFor(async () => (await head(chain)) >= 3, { what: 'three blocks', timeoutMs: 45_000 });
  for (let round = 0; round < 5; round += 1) await reorganise(chain.rpcUrl, 3);
  const last = (await head(chain)) + 1;
  await waitFor(async () => (await head(chain)) >= last, { what: 'the next block', timeoutMs: 45_000 });
  for (let number = 1; number <= last; number += 1) {
    const found = await block(chain, `0x${number.toString(16)}`);
    expect(found?.parentHash).toBe((await block(chain, `0x${(number - 1).toString(16)}`)).hash);
  }
});

test('two chains side by side are independent', async () => {
  const other = mkdtempSync(join(tmpdir(), 'checkout-chain-'));
  try {
    const one = await start({ blockTime: 0 });
    const two = await start({ blockTime: 0, dataDir: other, port: await freePort(), chainId: 31338 });
    await mined(one, await send(one));
    expect([await head(one), await head(two)]).toEqual([1, 0]);
    expect(Number(await rpcCall(two.rpcUrl, 'eth_chainId'))).toBe(31338);
  } finally {
    for (const chain of running) await chain.stop();
    rmSync(other, { recursive: true, force: true });
  }
});
