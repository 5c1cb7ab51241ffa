// What a step says about money that waits for a tag, with the transfers that it adds itself.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import type { Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { TWO_PROVIDERS_FROM } from '#domain/confirmations.ts';
import { ONE_COIN, toBaseUnitsCeil } from '#domain/money.ts';
import { MERCHANT, startWorld, type World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => await world.close());

const hashOf = (digit: string): Hex => `0x${digit.repeat(64)}`;

test.each([
  { chainId: 137, rule: 'a tag', state: 'seen', isTagAwaited: true },
  { chainId: 137, rule: 'a tag', state: 'confirmed', isTagAwaited: false },
  { chainId: 42161, rule: 'a depth', state: 'seen', isTagAwaited: false },
] as const)('a new transfer, $state, whose rule is $rule', async ({ chainId, state, isTagAwaited }) => {
  const intent = await world.createIntent();
  const ledger = createWatchLedger(world.orm.em);
  const block = { number: 100n, hash: hashOf('1'), time: Date.now() };
  await ledger.begin(chainId, block);
  const leaseToken = (await ledger.acquireLease(chainId, 'test', 60_000)) ?? 0n;
  const token = tokenOf(chainById(chainId), 1);
  if (!token) throw new Error('no token');
  const cursor = { number: 101n, hash: hashOf('2'), parentHash: block.hash, time: block.time };
  const step = {
    chainId,
    leaseToken,
    cursor,
    blocks: [cursor],
    orphanAbove: null,
    finalNumber: null,
    heights: { head: 101n, safe: null, finalized: state === 'confirmed' ? 101n : null },
    held: [],
    vouched: new Set<string>(),
    twoProvidersFrom: TWO_PROVIDERS_FROM,
    denied: new Set<string>(),
  };
  const transfer = {
    blockNumber: cursor.number,
    blockHash: cursor.hash,
    blockTime: cursor.time,
    txHash: hashOf('3'),
    logIndex: 0,
    token: token.address,
    coin: token.coin,
    from: MERCHANT,
    to: intent.depositAddress,
    amountBaseUnits: toBaseUnitsCeil(ONE_COIN, token.decimals),
    amountUnits: ONE_COIN,
    intentId: intent.id,
    state,
  };
  const first = await ledger.commit({ ...step, transfers: [transfer] });
  expect(first).toMatchObject({ isTagAwaited });
  // How long after its block it was seen is told once.
  expect(first.transfers).toMatchObject([
    { kind: 'seen', intentId: intent.id, txHash: transfer.txHash, seenAfter: expect.any(Number) },
  ]);
  expect((await ledger.commit({ ...step, transfers: [transfer] })).transfers).toEqual([]);
  // The same from the next step on.
  expect(await ledger.commit({ ...step, transfers: [] })).toMatchObject({ isTagAwaited });
});
