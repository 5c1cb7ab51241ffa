// Dust sent to a deposit address a thousand times: the ledger keeps all of it, and the workflow gets neither a flood of signals nor
// more transfers than fit in its history.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_TRANSFERS, readIntentSnapshot } from '#db/intents/intent-snapshot.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { TWO_PROVIDERS_FROM } from '#domain/confirmations.ts';
import { type BaseUnits, baseUnitsOf, unitsOf } from '#domain/money.ts';
import type { MatchedTransfer } from '#domain/observed-blocks.ts';
import { randomHash } from '#test/support/intents.ts';
import { type Ledger, openLedger, RECEIVER } from './intents.ts';

const CHAIN = 31337;
const DUST = 1_000;
let ledger: Ledger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.close());

test('a thousand dust transfers send one signal, and the payment is still found', async () => {
  const intentId = await ledger.newIntent();
  const block = { number: 10n, hash: randomHash(), parentHash: randomHash(), time: Date.now() };
  const transfer = (logIndex: number, amountBaseUnits: BaseUnits): MatchedTransfer => ({
    blockNumber: block.number,
    blockHash: block.hash,
    blockTime: block.time,
    txHash: randomHash(),
    logIndex,
    token: RECEIVER,
    coin: 1,
    from: RECEIVER,
    to: RECEIVER,
    amountBaseUnits,
    amountUnits: unitsOf(amountBaseUnits * 10n ** 12n),
    intentId,
    state: 'seen',
  });
  const watch = createWatchLedger(ledger.orm.em);
  await watch.begin(CHAIN, { number: 9n, hash: block.parentHash, time: block.time });
  const leaseToken = (await watch.acquireLease(CHAIN, 'test', 60_000)) ?? 0n;
  const dust = Array.from({ length: DUST }, (_, index) => transfer(index, baseUnitsOf(1n)));
  await watch.commit({
    chainId: CHAIN,
    leaseToken,
    cursor: block,
    blocks: [block],
    orphanAbove: null,
    finalNumber: null,
    heights: { head: 10n, safe: null, finalized: null },
    transfers: [...dust, transfer(DUST, baseUnitsOf(5_000_000n))],
    held: [],
    vouched: new Set<string>(),
    twoProvidersFrom: TWO_PROVIDERS_FROM,
    denied: new Set<string>(),
  });

  const [stored] = await ledger.rows('select count(*)::int as n from token_transfer where intent_id = ?', [intentId]);
  expect(stored).toEqual({ n: DUST + 1 });
  const signals = await ledger.rows(`select data from dispatch where kind = 'signal_intent' and subject_id = ?`, [
    intentId,
  ]);
  expect(signals).toMatchObject([{ data: { signal: 'transferSeen' } }]);
  const { snapshot } = await readIntentSnapshot(ledger.orm.em, intentId);
  expect(snapshot.transfers).toHaveLength(MAX_TRANSFERS);
  expect(snapshot.transfers.map(({ amountUnits }) => amountUnits)).toContain('5000000000000000000');
  expect(JSON.stringify(snapshot).length).toBeLessThan(100_000);
});
