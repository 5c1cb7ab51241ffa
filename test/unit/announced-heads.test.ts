// Who announces heads of the pool's chain is never blamed, however its notifications travel; who invents heads is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnnouncedHeads, createAnnouncedHeads, type HeadSource } from '#chain/announced-heads.ts';
import type { Header } from '#chain/block-reader.ts';
import type { Hex } from '#domain/address.ts';
import { runs } from '#test/support/fuzz.ts';

const BLOCK_MS = 250;
const SILENT_MS = 2_000;

const hashOf = (branch: string, number: number): Hex => `0x${branch}${number.toString(16).padStart(8, '0')}`;

/** @param from the number at which the branch leaves the main one */
const headerOf = (number: number, branch = 'aa', from = 0, isProven = true): Header => ({
  number: BigInt(number),
  hash: hashOf(number >= from ? branch : 'aa', number),
  parentHash: hashOf(number - 1 >= from ? branch : 'aa', number - 1),
  time: number * BLOCK_MS,
  logsBloom: new Uint8Array(),
  baseFeePerGas: null,
  isProven,
});

const createSource = (): HeadSource & { blamed: number } => {
  const source = {
    blamed: 0,
    praise() {},
    blame() {
      source.blamed += 1;
    },
  };
  return source;
};

const at = (now: { ms: number }): AnnouncedHeads =>
  createAnnouncedHeads({ blockMs: BLOCK_MS, silentMs: SILENT_MS, clock: () => now.ms });

/** What becomes of the notification of one block, and whether the watcher looks after it. */
const travel = fc.record({
  copies: fc.constantFrom(0, 1, 1, 1, 2),
  lateBlocks: fc.constantFrom(0, 0, 0, 1, 2, 9),
  looks: fc.boolean(),
  /** Of the blocks of the look, which it reads with their headers; the head always. */
  reads: fc.constantFrom('all', 'some', 'head'),
});

const look = (heads: AnnouncedHeads, cursor: number, head: number, reads: string): void => {
  const numbers = Array.from({ length: head - cursor }, (_, index) => cursor + 1 + index).filter(
    (number) => number === head || reads === 'all' || (reads === 'some' && number % 3 === 0),
  );
  heads.confirm({ blocks: numbers.map((number) => headerOf(number)), head: BigInt(head), orphanAbove: null });
};

test.each([true, false])(
  'an honest source is never blamed, whatever gets lost, repeated or reordered; proven headers: %s',
  (isProven) => {
    fc.assert(
      fc.property(fc.array(travel, { minLength: 1, maxLength: 80 }), (blocks) => {
        const now = { ms: 0 };
        const heads = at(now);
        const source = createSource();
        let cursor = 0;
        const arriving = new Map<number, number[]>();
        for (const [index, { copies, lateBlocks, looks, reads }] of blocks.entries()) {
          const number = index + 1;
          now.ms += BLOCK_MS;
          for (let copy = 0; copy < copies; copy += 1) {
            const slot = number + lateBlocks * (copy + 1);
            arriving.set(slot, [number, ...(arriving.get(slot) ?? [])]);
          }
          for (const late of arriving.get(number) ?? []) heads.hear(source, headerOf(late, 'aa', 0, isProven));
          // The pool is never more than two blocks behind for longer than a look.
          if (!looks && number - cursor < 3) continue;
          look(heads, cursor, number, reads);
          cursor = number;
        }
        expect(source.blamed).toBe(0);
      }),
      runs(300),
    );
  },
);

test('a source that invents the heads is blamed, and the honest one beside it is not', () => {
  fc.assert(
    fc.property(fc.array(travel, { minLength: 12, maxLength: 60 }), fc.nat({ max: 5 }), (blocks, from) => {
      const now = { ms: 0 };
      const heads = at(now);
      const [honest, liar] = [createSource(), createSource()];
      let cursor = 0;
      for (const [index, { copies, looks, reads }] of blocks.entries()) {
        const number = index + 1;
        now.ms += BLOCK_MS;
        heads.hear(liar, headerOf(number, 'ff', from));
        if (copies > 0) heads.hear(honest, headerOf(number));
        if (!looks && number - cursor < 3 && index < blocks.length - 1) continue;
        look(heads, cursor, number, reads);
        cursor = number;
      }
      expect(honest.blamed).toBe(0);
      expect(liar.blamed).toBeGreaterThanOrEqual(2);
      expect(heads.after({ number: BigInt(cursor), hash: hashOf('aa', cursor), time: 0 })).toEqual([]);
    }),
    runs(200),
  );
});

test('a head far above the pool is blamed when the pool does not follow', () => {
  const now = { ms: 0 };
  const heads = at(now);
  const source = createSource();
  heads.hear(source, headerOf(1_000));
  look(heads, 0, 1, 'all');
  expect(source.blamed).toBe(0);
  now.ms += SILENT_MS + 1;
  look(heads, 1, 9, 'head');
  expect(source.blamed).toBe(1);
});

test('after a reorganisation the blocks of the other branch prove nothing', () => {
  const now = { ms: 0 };
  const heads = at(now);
  const source = createSource();
  look(heads, 0, 20, 'all');
  now.ms += SILENT_MS;
  // Announced, and new: the watcher must be woken although it has known these numbers for long.
  for (const number of [16, 17, 19])
    expect(heads.hear(source, headerOf(number, 'bb', 16))).toEqual({ isNew: true, isNews: false });
  heads.confirm({ blocks: [headerOf(18, 'bb', 16), headerOf(22, 'bb', 16)], head: 22n, orphanAbove: 15n });
  expect(source.blamed).toBe(0);
});

test('a source that repeats what the pool has had for long brings no news, also where the watcher skipped the block', () => {
  const now = { ms: 0 };
  const heads = at(now);
  const source = createSource();
  look(heads, 0, 40, 'head');
  expect(heads.hear(source, headerOf(39))).toEqual({ isNew: true, isNews: true });
  now.ms += SILENT_MS;
  for (const number of [38, 40]) expect(heads.hear(source, headerOf(number)).isNews).toBe(false);
  expect(source.blamed).toBe(0);
});
