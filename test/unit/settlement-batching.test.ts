// When a batch of settlements leaves: never later than promised, at once when its gas is small beside it, else with company or cheap gas.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centsOf, unitsOf, weiOf } from '#domain/money.ts';
import { BATCH_ITEMS, batchReason, promisedBy, type WaitingSettlement } from '#domain/settlement-batching.ts';

const HOUR_MS = 3_600_000;
const dollars = (amount: number): WaitingSettlement['valueUnits'] =>
  unitsOf(BigInt(Math.round(amount * 100)) * 10n ** 16n);
const one = (amount: number, changes: Partial<WaitingSettlement> = {}): WaitingSettlement => ({
  ...{ valueUnits: dollars(amount), waitedMs: 60_000, attempts: 0 },
  ...changes,
});
/** Ether at 3,000 dollars; 93,000 gas at 10 gwei are 2.79 dollars. */
const gweiOf = (amount: number) => weiOf(BigInt(Math.round(amount * 1000)) * 1_000_000n);
const market = (gwei: number, usualGwei: number | null = gwei) => ({
  gasPrice: gweiOf(gwei),
  usualGasPrice: usualGwei === null ? null : gweiOf(usualGwei),
  nativeUsdCents: centsOf(300_000),
});

test.each([
  ['gas is 1 % of it', [one(279)], market(10), 'worth its gas'],
  ['gas is a little more than 1 % of it', [one(278.99)], market(10), null],
  ['company makes up for it', [one(278), one(200)], market(10), 'worth its gas'],
  ['small ones alone', [one(5), one(20)], market(10), null],
  ['a large one takes small ones along', [one(5), one(1_000)], market(10), 'worth its gas'],
  ['a layer 2, where gas costs next to nothing', [one(5)], market(0.01), 'worth its gas'],
  ['gas at three quarters of its usual price', [one(5)], market(7.5, 10), 'cheap gas'],
  ['gas a little above that', [one(5)], market(7.6, 10), null],
  ['nobody knows what is usual', [one(5)], market(7.5, null), null],
  ['one failed before', [one(5), one(5, { attempts: 1 })], market(10), 'tried before'],
  ['five minutes before the promised time', [one(5), one(5, { waitedMs: 55 * 60_000 })], market(10), 'time is up'],
  ['six minutes before it', [one(5, { waitedMs: 54 * 60_000 })], market(10), null],
  ['a full batch', Array.from({ length: BATCH_ITEMS }, () => one(1)), market(10), 'full'],
  ['coins without a price', [one(5)], { ...market(10), nativeUsdCents: centsOf(0) }, 'no promise'],
] as const)('%s', (_, waiting, prices, reason) => {
  expect(batchReason(waiting, prices, HOUR_MS)).toBe(reason);
});

test('without a promise nothing waits', () => {
  expect(batchReason([one(0.01)], market(1_000), 0)).toBe('no promise');
});

test('no price of gas and no value keeps a settlement beyond its promise, and more company never holds a batch back', () => {
  const waiting = fc.record({
    valueUnits: fc.bigInt(0n, 10n ** 24n).map(unitsOf),
    waitedMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
    attempts: fc.constant(0),
  });
  const prices = fc.record({
    gasPrice: fc.bigInt(0n, 10n ** 13n).map(weiOf),
    usualGasPrice: fc.option(fc.bigInt(0n, 10n ** 13n).map(weiOf)),
    nativeUsdCents: fc.bigInt(0n, 10n ** 7n).map(centsOf),
  });
  const promise = fc.integer({ min: 1, max: 1_440 }).map((minutes) => minutes * 60_000);
  fc.assert(
    fc.property(fc.array(waiting, { minLength: 1, maxLength: 60 }), prices, promise, (batch, gas, promiseMs) => {
      const reason = batchReason(batch, gas, promiseMs);
      if (batch.some(({ waitedMs }) => waitedMs >= promiseMs)) expect(reason).not.toBeNull();
      // One whose value pays for its own place in the transaction.
      const gasOfOne = 56_000n * gas.gasPrice * gas.nativeUsdCents;
      const rich = { valueUnits: unitsOf(gasOfOne + 1n), waitedMs: 0, attempts: 0 };
      if (reason !== null) expect(batchReason([...batch, rich], gas, promiseMs)).not.toBeNull();
    }),
  );
});

test('the promised time counts from when it was owed', () => {
  expect(promisedBy(new Date('2026-11-30T10:00:00Z'), 60).toISOString()).toBe('2026-11-30T11:00:00.000Z');
});
