// What a node's history of fees says: the next block's base fee, and what blocks with transactions took as a tip.
import { expect, test } from 'vitest';
import { feeHistoryOf, readFees } from '#chain/gas-fees.ts';
import { RpcError } from '#chain/rpc-errors.ts';
import type { RpcProvider } from '#chain/rpc-provider.ts';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const history = (tips: readonly (number | null)[]) => ({
  baseFeePerGas: [...tips.map(() => hex(100)), hex(112)],
  gasUsedRatio: tips.map((tip) => (tip === null ? 0 : 0.5)),
  reward: tips.map((tip) => [hex(tip ?? 0)]),
});

test.each([
  ['one odd block changes nothing', [5, 7, 6, 1_000_000, 6], 6n],
  ['empty blocks paid nobody', [null, 9, null, null], 9n],
  ['tips of zero are real where blocks have room', [0, 0, 3], 0n],
  ['all blocks are empty', [null, null], null],
] as const)('%s', (_, tips, tip) => {
  expect(feeHistoryOf('node', history(tips))).toEqual({ nextBaseFee: 112n, tip });
});

test.each([
  ['a network without a base fee', { oldestBlock: '0x1', gasUsedRatio: [0.5] }, null],
  ['no response', null, null],
  ['no rewards', { baseFeePerGas: [hex(7), hex(8)], gasUsedRatio: [0.1] }, { nextBaseFee: 8n, tip: null }],
] as const)('%s', (_, response, expected) => {
  expect(feeHistoryOf('node', response)).toEqual(expected);
});

test.each([
  ['lists of two lengths', { ...history([1, 2]), reward: [[hex(1)]] }],
  ['a tip that is no number', { ...history([1]), reward: [['much']] }],
  ['a row without a tip', { ...history([1]), reward: [[]] }],
  ['a base fee that is no number', { ...history([1]), baseFeePerGas: [null] }],
])('a contradiction is an error of the provider: %s', (_, response) => {
  expect(() => feeHistoryOf('node', response)).toThrow(RpcError);
});

const ZEROS = '0'.repeat(64);
/** Answers these methods, and refuses others. */
const nodeWith = (responses: Record<string, unknown>): RpcProvider =>
  ({
    name: 'node',
    async call(method: string) {
      if (!Object.hasOwn(responses, method)) throw new RpcError('rpc_refused', 'node', `${method} does not exist`);
      return responses[method];
    },
  }) as unknown as RpcProvider;
const head = (baseFeePerGas: string | undefined) => ({
  ...{
    number: '0x5',
    hash: `0x${ZEROS}`,
    parentHash: `0x${ZEROS}`,
    timestamp: '0x1',
    logsBloom: `0x${'0'.repeat(512)}`,
  },
  ...(baseFeePerGas === undefined ? {} : { baseFeePerGas }),
});

test('by history where there is one, by advice of the node where there is none, and by one price without a base fee', async () => {
  const advised = { eth_getBlockByNumber: head(hex(100)), eth_maxPriorityFeePerGas: hex(3) };
  expect(await readFees(nodeWith({ ...advised, eth_feeHistory: history([4, 4]) }))).toEqual({
    ...{ baseFeePerGas: 112n, maxPriorityFeePerGas: 4n, isLegacy: false },
  });
  expect(await readFees(nodeWith({ ...advised, eth_feeHistory: history([null]) }))).toEqual({
    ...{ baseFeePerGas: 112n, maxPriorityFeePerGas: 3n, isLegacy: false },
  });
  expect(await readFees(nodeWith(advised))).toEqual({
    ...{ baseFeePerGas: 100n, maxPriorityFeePerGas: 3n, isLegacy: false },
  });
  const legacy = { eth_getBlockByNumber: head(undefined), eth_gasPrice: hex(20) };
  for (const node of [legacy, { ...legacy, eth_feeHistory: history([1]) }]) {
    expect(await readFees(nodeWith(node))).toEqual({ baseFeePerGas: 0n, maxPriorityFeePerGas: 20n, isLegacy: true });
  }
});
