// A payment of several transfers: the transfer that completes it, its parts by coin and network, and whose a surplus is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address } from '#domain/address.ts';
import { type BaseUnits, baseUnitsOf, ONE_COIN, sum, type Units, unitsOf } from '#domain/money.ts';
import {
  byChainOrder,
  completingTransfer,
  type PaymentTransferFacts,
  partsOf,
  surplusBySender,
} from '#domain/payment-parts.ts';

const A = `0x${'a'.repeat(40)}` as Address;
const B = `0x${'b'.repeat(40)}` as Address;
const USDT = `0x${'1'.repeat(40)}` as Address;
const USDC = `0x${'2'.repeat(40)}` as Address;
const coins = (amount: number): Units => unitsOf(BigInt(Math.round(amount * 1e6)) * 10n ** 12n);

let logIndex = 0;
const transfer = (amount: number, sender: Address, over: Partial<PaymentTransferFacts> = {}): PaymentTransferFacts => ({
  blockTime: 1_000,
  chainId: 1,
  blockNumber: 7n,
  logIndex: ++logIndex,
  token: USDT,
  coin: 1,
  txFrom: sender,
  amountBaseUnits: baseUnitsOf(BigInt(Math.round(amount * 1e6))),
  amountUnits: coins(amount),
  ...over,
});

test('a stranger who sends a crumb last neither completes the payment nor gets the surplus', () => {
  const payment = [transfer(100, A), transfer(0.02, B)];
  expect(completingTransfer(payment, coins(10))).toBe(payment[0]);
  expect(surplusBySender(payment, coins(10)).map(({ sender, amountUnits }) => [sender, amountUnits])).toEqual([
    [A, coins(90)],
    [B, coins(0.02)],
  ]);
});

test('a surplus has the coin and the network of the transfer that carried it', () => {
  const payment = [transfer(6, A, { token: USDC, coin: 2, chainId: 5 }), transfer(7, B)];
  expect(surplusBySender(payment, coins(10))).toMatchObject([
    { sender: B, chainId: 1, token: USDT, coin: 1, amountUnits: coins(3) },
  ]);
});

test('a payment completes at the price less the tolerance; what a person accepted below it, with its last transfer', () => {
  const payment = [transfer(6, A), transfer(3.95, B), transfer(1, A)];
  expect(completingTransfer(payment, coins(9.9))).toBe(payment[1]);
  expect(completingTransfer(payment, coins(50))).toBe(payment[2]);
  expect(completingTransfer([], coins(1))).toBeUndefined();
});

test('parts are by chain and token, each with the fee of one settlement', () => {
  const payment = [transfer(6, A, { token: USDC, coin: 2, chainId: 5 }), transfer(3, A), transfer(1.000001, B)];
  expect(partsOf(payment, { priceUnits: coins(9.5), feeRateE9: 6_000_000n })).toEqual([
    {
      chainId: 5,
      token: USDC,
      coin: 2,
      grossUnits: coins(6),
      feeUnits: coins(0.036),
      netUnits: coins(5.964),
      surplusUnits: 0n,
    },
    {
      chainId: 1,
      token: USDT,
      coin: 1,
      grossUnits: coins(4.000001),
      feeUnits: coins(0.024),
      netUnits: coins(3.976001),
      surplusUnits: coins(0.500001),
    },
  ]);
});

test('chain order is by block time, chain, block and log index', () => {
  const place = (blockTime: number, chainId: number, blockNumber: bigint, index: number) =>
    ({ blockTime, chainId, blockNumber, logIndex: index }) as const;
  const ordered = [
    place(1, 9, 9n, 9),
    place(2, 1, 9n, 9),
    place(2, 5, 3n, 8),
    place(2, 5, 3n, 10),
    place(2, 5, 20n, 0),
  ];
  expect([...ordered].reverse().sort(byChainOrder)).toEqual(ordered);
});

const transfers = fc.array(
  fc.record({
    base: fc.integer({ min: 1, max: 50_000_000 }),
    sender: fc.constantFrom(A, B),
    token: fc.constantFrom(USDT, USDC),
    chainId: fc.constantFrom(1, 5),
    decimals: fc.constantFrom(6, 18),
  }),
  { maxLength: 12 },
);

test('surpluses add up to what was paid above the price, and nobody gets more than they sent there', () => {
  fc.assert(
    fc.property(transfers, fc.integer({ min: 1, max: 100_000 }), (list, price) => {
      // A token has the same decimals in all its transfers.
      const payment = list.map(({ base, sender, token, chainId }) =>
        transfer(0, sender, {
          token,
          chainId,
          amountBaseUnits: baseUnitsOf(base),
          amountUnits: unitsOf(BigInt(base) * 10n ** (token === USDT ? 12n : 0n)),
        }),
      );
      const priceUnits = unitsOf((BigInt(price) * ONE_COIN) / 10_000n);
      const paid = sum(payment.map(({ amountUnits }) => amountUnits));
      const surplus = surplusBySender(payment, priceUnits);
      const offered = sum(surplus.map(({ amountUnits }) => amountUnits));
      const above = paid > priceUnits ? paid - priceUnits : 0n;
      expect(offered <= above && above - offered < 10n ** 12n).toBe(true);
      for (const { chainId, token, sender, amountBaseUnits } of surplus) {
        const sent: BaseUnits = sum(
          payment
            .filter((one) => one.chainId === chainId && one.token === token && one.txFrom === sender)
            .map((one) => one.amountBaseUnits),
        );
        expect(amountBaseUnits <= sent).toBe(true);
      }
      const parts = partsOf(payment, { priceUnits, feeRateE9: 6_000_000n });
      expect(sum(parts.map((part) => part.surplusUnits))).toBe(above);
      expect(sum(parts.map(({ grossUnits }) => grossUnits))).toBe(paid);
      for (const part of parts) expect(part.feeUnits + part.netUnits).toBe(part.grossUnits);
    }),
  );
});
