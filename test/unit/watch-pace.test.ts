// What the watcher asks for, and when: looks in the rhythm of the blocks, tags when they are due, headers that prove themselves.
import { encodeRlp, keccak256 } from 'ethers';
import { expect, test } from 'vitest';
import type { Header } from '#chain/block-reader.ts';
import { hashOfHeader, isProvenHeader } from '#chain/header-proof.ts';
import { NEW_PHASE, nextLook } from '#chain/poll-phase.ts';
import { createProvenHeaders } from '#chain/proven-headers.ts';
import { secondPassBlocks, tagsDue, UNKNOWN_TAGS } from '#chain/watch-tags.ts';
import type { Hex } from '#domain/address.ts';
import { chainById } from '#domain/chains.ts';
import { createRandom } from '#simulate/random.ts';

/** Looks at a chain for many blocks. @returns looks a block, and milliseconds from each block to the look that found it */
const pollFor = (
  blockSeconds: number,
  blocks: number,
  jitter: (block: number) => number,
  headersOf = (found: number) => found,
) => {
  const blockMs = blockSeconds * 1_000;
  const arrivals = Array.from({ length: blocks }, (_, block) => block * blockMs + jitter(block)).sort((a, b) => a - b);
  let phase = NEW_PHASE;
  let now = blockMs / 3;
  let looks = 0;
  let known = 0;
  const delays: number[] = [];
  while (known < blocks) {
    looks += 1;
    const before = known;
    while (known < blocks && (arrivals[known] ?? 0) <= now) {
      delays.push(now - (arrivals[known] ?? 0));
      known += 1;
    }
    const next = nextLook(phase, { blockSeconds }, headersOf(known - before));
    phase = next.phase;
    now += next.waitMs;
  }
  return { looksEach: looks / blocks, delays: delays.sort((a, b) => a - b), seconds: now / 1_000, looks };
};

test.each([1, 2, 12])('blocks every %d s: about one look each, soon after it', (blockSeconds) => {
  const { looksEach, delays } = pollFor(blockSeconds, 1_000, () => 0);
  expect(looksEach).toBeLessThan(1.2);
  expect(delays[900]).toBeLessThan(blockSeconds * 250);
});

test('blocks that come up to a tenth early or late take few more looks', () => {
  const random = createRandom(7);
  const { looksEach, delays } = pollFor(2, 1_000, () => random.below(400) - 200);
  expect(looksEach).toBeLessThan(1.4);
  expect(delays.at(-1)).toBeLessThan(2_500);
});

test.each([0, 1, 2])(
  'on a fast chain looks of which each finds %i paid blocks cost less than a call a second',
  (paid) => {
    const { looks, seconds, delays } = pollFor(
      0.25,
      4_000,
      () => 0,
      () => 1 + paid,
    );
    expect((looks * (3 + paid)) / seconds).toBeLessThanOrEqual(1);
    expect(delays.at(-1)).toBeLessThan(paid === 0 ? 3_500 : 5_500);
  },
);

test('many paid blocks do not delay a look on a fast chain by more than five seconds', () => {
  expect(nextLook(NEW_PHASE, { blockSeconds: 0.25 }, 200).waitMs).toBe(5_000);
});

test('a chain that stands still is looked at now and then, at least every two seconds', () => {
  let phase = NEW_PHASE;
  const waits = Array.from({ length: 20 }, () => {
    const next = nextLook(phase, { blockSeconds: 12 }, 0);
    phase = next.phase;
    return next.waitMs;
  });
  expect(Math.max(...waits)).toBe(2_000);
  expect(waits[0]).toBe(2_000);
  expect(nextLook(NEW_PHASE, { blockSeconds: 2 }, 0).waitMs).toBeLessThan(400);
});

const POLYGON = chainById(137);
const BASE = chainById(8453);
const ETHEREUM = chainById(1);

test('tags are asked for at the start, when they are awaited, and for the second pass', () => {
  const question = { head: 100n, isAwaited: false, isUrgent: false };
  expect(tagsDue(BASE, UNKNOWN_TAGS, question)).toEqual(['safe', 'finalized']);
  expect(tagsDue(ETHEREUM, UNKNOWN_TAGS, question)).toEqual(['finalized']);
  const known = { safe: 90n, finalized: 80n, askedAt: { safe: 100n, finalized: 100n } };
  expect(tagsDue(BASE, known, { ...question, head: 106n })).toEqual([]);
  expect(tagsDue(BASE, known, { ...question, head: 106n, isAwaited: true })).toEqual(['safe']);
  expect(tagsDue(POLYGON, known, { ...question, head: 106n, isAwaited: true })).toEqual(['finalized']);
  expect(tagsDue(BASE, known, { ...question, head: 132n })).toEqual(['safe', 'finalized']);
  expect(tagsDue(BASE, known, { ...question, head: 101n, isUrgent: true })).toEqual(['safe', 'finalized']);
  expect(tagsDue(BASE, known, { ...question, head: 99n })).toEqual(['safe', 'finalized']);
  // The operator is told until it is served.
  expect(tagsDue(BASE, { ...known, safe: null }, { ...question, head: 101n })).toEqual(['safe']);
  expect(tagsDue(ETHEREUM, { ...known, finalized: null }, { ...question, head: 101n })).toEqual([]);
});

test('a second pass is at most one a minute, and reads 32 blocks or more', () => {
  expect(secondPassBlocks(ETHEREUM)).toBe(32n);
  expect(secondPassBlocks(BASE)).toBe(32n);
  expect(secondPassBlocks(chainById(56))).toBe(64n);
  expect(secondPassBlocks(chainById(42161))).toBe(256n);
});

const ZEROS = `0x${'00'.repeat(32)}`;
const FIELDS = {
  ...{
    parentHash: ZEROS,
    sha3Uncles: ZEROS,
    stateRoot: ZEROS,
    transactionsRoot: ZEROS,
    receiptsRoot: ZEROS,
    mixHash: ZEROS,
  },
  ...{
    miner: `0x${'00'.repeat(20)}`,
    nonce: `0x${'00'.repeat(8)}`,
    logsBloom: `0x${'00'.repeat(256)}`,
    extraData: '0x',
  },
  ...{ difficulty: '0x0', number: '0x1', gasLimit: '0x1c9c380', gasUsed: '0x0', timestamp: '0x6b0c9150' },
};

test('a header proves itself, and not with any field changed, missing or malformed', () => {
  const later = { ...FIELDS, baseFeePerGas: '0x3b9aca00', withdrawalsRoot: ZEROS };
  const header = { ...later, hash: hashOfHeader(later).toUpperCase().replace('0X', '0x') };
  expect(isProvenHeader(header)).toBe(true);
  for (const name of Object.keys(later)) {
    const { [name as keyof typeof later]: value, ...without } = header;
    expect(isProvenHeader(without), name).toBe(false);
    expect(
      isProvenHeader({
        ...header,
        [name]: `${value.slice(0, -1)}1` === value ? `${value}1` : `${value.slice(0, -1)}1`,
      }),
      name,
    ).toBe(false);
  }
  expect(isProvenHeader({ ...header, miner: 'nobody' })).toBe(false);
  expect(isProvenHeader({ ...header, number: {} })).toBe(false);
});

test.each([0, 1, 55, 56, 255, 256, 70_000])(
  'a header with %d bytes of extra data has the hash of its RLP',
  (length) => {
    for (const byte of ['00', '7f', '80', 'ff']) {
      const fields = { ...FIELDS, number: '0x80', gasUsed: '0x7f', extraData: `0x${byte.repeat(length)}` };
      const { parentHash, sha3Uncles, miner, stateRoot, transactionsRoot, receiptsRoot, logsBloom } = fields;
      const roots = [parentHash, sha3Uncles, miner, stateRoot, transactionsRoot, receiptsRoot, logsBloom];
      const numbers = ['0x', fields.number, '0x01c9c380', fields.gasUsed, fields.timestamp];
      const rlp = encodeRlp([...roots, ...numbers, fields.extraData, fields.mixHash, fields.nonce]);
      expect(hashOfHeader(fields)).toBe(keccak256(rlp));
    }
  },
);

const headerOf = (number: bigint, fields: Partial<Header> = {}): Header => ({
  number,
  hash: `0x${number.toString(16)}` as Hex,
  parentHash: `0x${(number - 1n).toString(16)}` as Hex,
  time: 0,
  logsBloom: new Uint8Array(256),
  baseFeePerGas: null,
  isProven: true,
  ...fields,
});

test('remembered headers serve the second pass from the last gap on, linked up to the hash', () => {
  const proven = createProvenHeaders();
  const run = (hash: Hex, from: bigint, to: bigint): bigint[] =>
    proven.upTo(hash, from, to).map(({ number }) => number);
  proven.add(
    [headerOf(1n), headerOf(2n), headerOf(3n, { isProven: false }), headerOf(4n), headerOf(5n), headerOf(6n)],
    null,
  );
  expect(run('0x6', 5n, 6n)).toEqual([5n, 6n]);
  expect(run('0x6', 1n, 6n)).toEqual([4n, 5n, 6n]);
  expect(run('0x7', 4n, 6n)).toEqual([]);
  proven.add([headerOf(6n, { hash: '0x66' })], 4n);
  expect(run('0x66', 4n, 6n)).toEqual([6n]);
  proven.add([headerOf(5n, { hash: '0x55' })], null);
  expect(run('0x66', 5n, 6n)).toEqual([6n]);
  proven.forget(6n);
  expect(run('0x66', 6n, 6n)).toEqual([]);
});
