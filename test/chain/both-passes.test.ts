// A step of a catch-up writes both passes in one transaction.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { abiWord } from '#domain/abi.ts';
import type { Hex } from '#domain/address.ts';
import { chainById, tokenOf } from '#domain/chains.ts';
import { TWO_PROVIDERS_FROM } from '#domain/confirmations.ts';
import { LeaseLostError } from '#domain/errors.ts';
import { ONE_COIN, toBaseUnitsCeil } from '#domain/money.ts';
import { MERCHANT, startWorld, type World } from './support/world.ts';

const CHAIN = chainById(137);
const LAST = 600;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => await world.close());

const hashOf = (number: number): Hex => `0x${abiWord(number + 1)}`;
const blockOf = (number: number) => ({
  number: BigInt(number),
  hash: hashOf(number),
  parentHash: hashOf(number - 1),
  time: 1_700_000_000_000 + number * 2_000,
});

const begun = async () => {
  const ledger = createWatchLedger(world.orm.em);
  await ledger.begin(CHAIN.id, blockOf(0));
  const leaseToken = (await ledger.acquireLease(CHAIN.id, 'test', 60_000)) ?? 0n;
  const intent = await world.createIntent();
  const token = tokenOf(CHAIN, 1);
  if (!token) throw new Error('no token');
  const step = {
    chainId: CHAIN.id,
    leaseToken,
    cursor: blockOf(LAST),
    blocks: Array.from({ length: LAST }, (_, index) => blockOf(index + 1)),
    orphanAbove: null,
    finalNumber: BigInt(LAST),
    heights: { head: BigInt(LAST + 100), safe: null, finalized: BigInt(LAST) },
    transfers: [
      {
        ...{ blockNumber: 7n, blockHash: hashOf(7), blockTime: blockOf(7).time, txHash: hashOf(9_007), logIndex: 0 },
        ...{ token: token.address, coin: token.coin, from: MERCHANT, to: intent.depositAddress },
        ...{ amountBaseUnits: toBaseUnitsCeil(ONE_COIN, token.decimals), amountUnits: ONE_COIN },
        ...{ intentId: intent.id, state: 'confirmed' as const },
      },
    ],
    held: [],
    vouched: new Set<string>(),
    twoProvidersFrom: TWO_PROVIDERS_FROM,
    denied: new Set<string>(),
  };
  return { ledger, step, intent };
};

test('moves both cursors, and remembers the blocks that a reorganisation is judged by', async () => {
  const { ledger, step, intent } = await begun();
  for (const turn of ['first', 'again']) {
    await ledger.commit(step);
    expect(await ledger.position(CHAIN.id), turn).toMatchObject({
      cursor: { number: BigInt(LAST), hash: hashOf(LAST) },
      finalNumber: BigInt(LAST),
    });
    expect(await world.transfersOf(intent.id), turn).toMatchObject([{ state: 'confirmed' }]);
    const blocks = await ledger.blocksDownFrom(CHAIN.id, BigInt(LAST), LAST);
    expect(
      blocks.map(({ number }) => number),
      turn,
    ).toEqual(Array.from({ length: 257 }, (_, index) => BigInt(LAST - index)));
  }
  expect(await world.timelineOf(intent.id)).toEqual(expect.arrayContaining(['transfer_seen', 'transfer_confirmed']));
});

test('of a watcher that lost its lease moves neither', async () => {
  const { ledger, step, intent } = await begun();
  await expect(ledger.commit({ ...step, leaseToken: step.leaseToken - 1n })).rejects.toThrow(LeaseLostError);
  expect(await ledger.position(CHAIN.id)).toMatchObject({ cursor: { number: 0n }, finalNumber: 0n });
  expect(await world.transfersOf(intent.id)).toEqual([]);
});
