// The second pass of a catch-up is read while the first is written, and judged by what is in the ledger then.

import { expect, test } from 'vitest';
import { parseHeader } from '#chain/block-reader.ts';
import { FinalityConflictError, readFinal, readFinalEarly } from '#chain/finality-pass.ts';
import { bloomOfLogs } from '#chain/logs-bloom.ts';
import { createProvenHeaders } from '#chain/proven-headers.ts';
import { createPoolOf, type RpcPool } from '#chain/rpc-pool.ts';
import type { RpcProvider } from '#chain/rpc-provider.ts';
import { createTransferScanner } from '#chain/transfer-scan.ts';
import type { WatchLedger } from '#chain/watch-ledger.ts';
import type { ReadDeps } from '#chain/watch-look.ts';
import { abiWord } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { TRANSFER_TOPIC, topicOfAddress } from '#domain/erc20.ts';
import { baseUnitsOf } from '#domain/money.ts';
import type { TransferFacts } from '#domain/observed-blocks.ts';

const chain = chainById(1);
const [token] = chain.tokens;
if (!token) throw new Error('no token');
const LAST = 200;
const heights = { head: 1_000n, finalized: 900n };
const hex = (value: number): Hex => `0x${value.toString(16)}`;
const hashOf = (number: number): Hex => `0x${abiWord(number + 1_000_000)}`;
const position = { cursor: { number: BigInt(LAST), hash: hashOf(LAST), time: 0 }, finalNumber: 0n };

/** Blocks 7 and 9 have one transfer each. */
const logsOf = (number: number) =>
  number === 7 || number === 9
    ? [
        {
          address: token.address.toLowerCase() as Hex,
          topics: [TRANSFER_TOPIC, topicOfAddress(token.address), topicOfAddress(token.address)],
          data: `0x${abiWord(1_000_000)}`,
          blockNumber: hex(number),
          blockHash: hashOf(number),
          transactionHash: hashOf(number),
          logIndex: '0x0',
        },
      ]
    : [];

const transferOf = (number: number): TransferFacts => ({
  ...{ blockHash: hashOf(number), txHash: hashOf(number), logIndex: 0 },
  ...{ token: token.address, from: token.address, to: token.address, amountBaseUnits: baseUnitsOf(1_000_000) },
});

const headerOf = (number: number) => ({
  number: hex(number),
  hash: hashOf(number),
  parentHash: hashOf(number - 1),
  timestamp: hex(number),
  logsBloom: `0x${Buffer.from(bloomOfLogs(logsOf(number))).toString('hex')}`,
});

/** Those that the first pass has proven, from a number on; before it, the process started. */
const provenFrom = (first: number, parentOfFirst = hashOf(first - 1)) => {
  const proven = createProvenHeaders();
  for (let number = first; number <= LAST; number += 1) {
    const parent = number === first ? { parentHash: parentOfFirst } : {};
    proven.add([{ ...parseHeader('one', { ...headerOf(number), ...parent }, false), isProven: true }], null);
  }
  return proven;
};

const world = (ledger: { live: readonly number[]; hash?: Hex; saying?: Partial<TransferFacts> }) => {
  const calls: string[] = [];
  const responseTo = (method: string, params: readonly unknown[]): unknown => {
    calls.push(method);
    if (method === 'eth_chainId') return hex(chain.id);
    if (method === 'eth_getBlockByNumber') return headerOf(Number(params[0]));
    const { fromBlock } = params[0] as { fromBlock: Hex };
    return [7, 9].filter((number) => number >= Number(fromBlock)).flatMap(logsOf);
  };
  const provider: RpcProvider = {
    name: 'one',
    call: (method, params) => Promise.resolve(responseTo(method, params)),
    batch: (asked) => Promise.resolve(asked.map(({ method, params }) => responseTo(method, params))),
    close: () => Promise.resolve(),
  };
  const pool: RpcPool = createPoolOf(chain.id, [provider], { requests: 0, calls: 0, byMethod: {} });
  const reads: Partial<WatchLedger> = {
    blocksDownFrom: () => Promise.resolve([{ number: BigInt(LAST), hash: ledger.hash ?? hashOf(LAST), time: 0 }]),
    liveTransfers: () => Promise.resolve(ledger.live.map((number) => ({ ...transferOf(number), ...ledger.saying }))),
  };
  const deps: ReadDeps = { chain, pool, ledger: reads as WatchLedger, scanner: createTransferScanner(chain) };
  const early = readFinalEarly(deps, position, heights, 'none', [], createProvenHeaders());
  const judge = () => readFinal(deps, position, heights, 'none', createProvenHeaders(), early);
  return { deps, early, judge, calls };
};

test('what was read early is not read again, and what the ledger has is left out', async () => {
  const { early, judge, calls } = world({ live: [7] });
  await early?.reading;
  const before = calls.length;
  const pass = await judge();
  expect(pass?.finalNumber).toBe(BigInt(LAST));
  expect(pass?.transfers.map(({ blockNumber }) => blockNumber)).toEqual([9n]);
  expect(calls).toHaveLength(before);
});

test('a transfer of the ledger that it does not have is a conflict', async () => {
  await expect(world({ live: [7, 11] }).judge()).rejects.toThrow(FinalityConflictError);
});

const other = chain.tokens[1]?.address ?? token.address;
test.each<[string, Partial<TransferFacts>]>([
  ['amount', { amountBaseUnits: baseUnitsOf(1_000_001) }],
  ['sender', { from: other }],
  ['recipient', { to: other }],
  ['token', { token: other }],
])('a transfer of the ledger with another %s than in its final block is a conflict', async (_, saying) => {
  await expect(world({ live: [7, 9], saying }).judge()).rejects.toThrow(FinalityConflictError);
});

test('another last block than the one of the first pass is a conflict', async () => {
  await expect(world({ live: [7, 9], hash: hashOf(1) }).judge()).rejects.toThrow(FinalityConflictError);
});

test('what was read for other blocks is not used', async () => {
  const { deps, early, calls } = world({ live: [] });
  await early?.reading;
  const before = calls.length;
  const later = { ...position, finalNumber: 8n };
  const pass = await readFinal(deps, later, heights, 'none', createProvenHeaders(), early);
  expect(calls.length).toBeGreaterThan(before);
  expect(pass?.finalNumber).toBe(BigInt(LAST));
});

test('nothing is read early at the tip', () => {
  const { deps } = world({ live: [] });
  const tip = { ...position, finalNumber: BigInt(LAST - 20) };
  expect(readFinalEarly(deps, tip, heights, 'none', [], createProvenHeaders())).toBeUndefined();
});

const headersAsked = (calls: readonly string[]): number =>
  calls.filter((method) => method === 'eth_getBlockByNumber').length;

test.each([
  [8, 8],
  [1, 1],
  [LAST, LAST],
])('with headers proven from block %i on, %i are read: those before it, and the last', async (first, asked) => {
  const { deps, early, calls } = world({ live: [7] });
  await early?.reading;
  const before = headersAsked(calls);
  const pass = await readFinal(deps, position, heights, 'none', provenFrom(first), undefined);
  expect(pass?.transfers.map(({ blockNumber }) => blockNumber)).toEqual([9n]);
  expect(headersAsked(calls) - before).toBe(asked);
});

test('a provider whose headers do not lead to the proven ones is not believed', async () => {
  const { deps } = world({ live: [7, 9] });
  const reading = readFinal(deps, position, heights, 'none', provenFrom(8, hashOf(1)), undefined);
  await expect(reading).rejects.toThrow('block 8 has another parent');
});

test('a provider that names another last block than the proven one makes a conflict', async () => {
  const { deps } = world({ live: [7, 9], hash: hashOf(1) });
  const proven = createProvenHeaders();
  proven.add([{ ...parseHeader('one', headerOf(LAST), false), hash: hashOf(1), isProven: true }], null);
  await expect(readFinal(deps, position, heights, 'none', proven, undefined)).rejects.toThrow(FinalityConflictError);
});
