// What a watcher read ahead counts only where it is when it takes it, and only if the chain just grew.

import { expect, test } from 'vitest';
import { readAhead, takeReadAhead } from '#chain/watch-ahead.ts';
import type { BlocksRead } from '#chain/watch-read.ts';
import { UNKNOWN_TAGS } from '#chain/watch-tags.ts';
import type { Hex } from '#domain/address.ts';
import { madeUpChain, providerOf } from './support/made-up-chain.ts';
import { createMemoryLedger } from './support/memory-ledger.ts';
import { openWatch } from './support/watch-session.ts';

const AT = 100;

/** A watcher that is about to write what it has read up to block AT, and believes that much more is final. */
const world = ({ last, hash, isDown = false }: { last: number; hash?: Hex; isDown?: boolean }) => {
  const chain = madeUpChain({ last, finalized: last, paid: new Map(), isProvable: true });
  const ledger = createMemoryLedger(chain);
  ledger.remember(chain, 0, AT);
  const { session } = openWatch(chain, ledger, [providerOf(chain, 'one', { isDown })]);
  const cursor = { ...chain.point(AT), ...(hash && { hash }) };
  const reading: BlocksRead = {
    kind: 'blocks',
    provider: 'one',
    heights: { head: 900n, safe: 900n, finalized: 900n },
    tags: UNKNOWN_TAGS,
    headers: [],
    transfers: [],
    cursor,
    orphanAbove: null,
  };
  readAhead(session, reading, undefined);
  session.state.position = { cursor, finalNumber: BigInt(AT) };
  return session;
};

test('is taken once, at the block after which it begins', async () => {
  const session = world({ last: 300 });
  expect((await takeReadAhead(session))?.reading).toMatchObject({ cursor: { number: 300n }, orphanAbove: null });
  expect(await takeReadAhead(session)).toBeUndefined();
});

test('is dropped when the watcher is at another block', async () => {
  const session = world({ last: 300 });
  session.state.position.cursor.hash = '0xb1';
  expect(await takeReadAhead(session)).toBeUndefined();
});

test.each([
  ['the chain was reorganised', { last: 300, hash: `0x${'ab'.repeat(32)}` }],
  ['the provider is at the head', { last: AT }],
] as const)('is dropped when %s', async (_, options) => {
  expect(await takeReadAhead(world(options))).toBeUndefined();
});

test('its failure is the failure of the step that takes it', async () => {
  await expect(takeReadAhead(world({ last: 300, isDown: true }))).rejects.toThrow('not reachable');
});
