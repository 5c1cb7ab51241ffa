// The wire's numbers of fiat currencies and coins. The client package has its own table, because it imports nothing from the server.
import { expect, test } from 'vitest';
import { coinBySymbol, isCoinId, STABLE_COINS } from '#domain/coins.ts';
import { FIAT_CURRENCIES, isCurrencyId } from '#domain/currencies.ts';
import { Currency, StableCoin } from '#sdk/src/index.ts';

test('coins and currencies have the numbers of the wire', () => {
  expect([0, 1, 2, 3, '1', null].map(isCoinId)).toEqual([false, true, true, false, false, false]);
  expect([coinBySymbol('usdt'), coinBySymbol('USDC'), coinBySymbol('BUSD')]).toEqual([1, 2, undefined]);
  expect([1, 9, 27, 31, 44, 48, 57, 72, 126].every(isCurrencyId)).toBe(true);
  expect([0, 2, 840, '1', null, 'toString'].some(isCurrencyId)).toBe(false);
});

/** From `{ 1: 'USD' }` to `{ USD: 1 }`. */
const idBySymbol = (symbols: Record<number, string>): Record<string, number> =>
  Object.fromEntries(Object.entries(symbols).map(([id, symbol]) => [symbol, Number(id)]));

test('the client package has the same currencies and coins', () => {
  expect(Currency).toEqual(idBySymbol(FIAT_CURRENCIES));
  expect(StableCoin).toEqual(idBySymbol(STABLE_COINS));
});
