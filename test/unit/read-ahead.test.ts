// What a watcher read ahead counts only where it is when it takes it, and only if the chain just grew.

import { expect, test } from 'vitest';
import { takeReadAhead } from '#chain/watch-ahead.ts';
import type { Reading } from '#chain/watch-read.ts';
import type { WatchSession, WatchState } from '#chain/watch-session.ts';
import { UNKNOWN_TAGS } from '#chain/watch-tags.ts';
import type { Hex } from '#domain/address.ts';

const AT: Hex = '0xa1';

const sessionWith = (after: Hex, reading: Promise<Reading>): WatchSession => {
  const state = { position: { cursor: { number: 7n, hash: AT, time: 0 }, finalNumber: 0n }, ahead: { after, reading } };
  return { state: state as unknown as WatchState } as WatchSession;
};

const blocks = (orphanAbove: bigint | null): Reading => ({
  kind: 'blocks',
  provider: 'one',
  heights: { head: 900n, safe: 900n, finalized: 900n },
  tags: UNKNOWN_TAGS,
  headers: [],
  transfers: [],
  cursor: { number: 8n, hash: '0xa2', time: 0 },
  orphanAbove,
});

test('is taken once, at the block after which it begins', async () => {
  const session = sessionWith(AT, Promise.resolve(blocks(null)));
  expect(await takeReadAhead(session)).toEqual(blocks(null));
  expect(await takeReadAhead(session)).toBeUndefined();
});

test.each<[string, Hex, Reading]>([
  ['the watcher is at another block', '0xb1', blocks(null)],
  ['the chain was reorganised', AT, blocks(6n)],
  ['the provider is at the head', AT, { kind: 'idle', provider: 'one', head: 7n }],
])('is dropped when %s', async (_, after, reading) => {
  expect(await takeReadAhead(sessionWith(after, Promise.resolve(reading)))).toBeUndefined();
});

test('its failure is the failure of the step that takes it', async () => {
  await expect(takeReadAhead(sessionWith(AT, Promise.reject(new Error('away'))))).rejects.toThrow('away');
});
