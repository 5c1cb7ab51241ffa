import { expect, test } from 'vitest';
import { LANGUAGES, type Language } from '#domain/languages.ts';
import { centsOf } from '#domain/money.ts';
import { readTypedAmount, readTypedDecimal } from '#domain/typed-amount.ts';

test.each([
  ['12', 12_00n],
  ['12.5', 12_50n],
  ['12,50', 12_50n],
  [' 0 ', 0n],
  ['0.500', 50n],
  ['0,050', 5n],
  ['12.5000', 12_50n],
  ['1234.500', 1_234_50n],
  ['1,250.00', 1_250_00n],
  ['1.250,00', 1_250_00n],
  ['1,250,000', 1_250_000_00n],
  ['1.250.000,5', 1_250_000_50n],
  ['1 250', 1_250_00n],
  ['1\u00a0250,50', 1_250_50n],
  ['1\u202f250,50', 1_250_50n],
  ['1’250.50', 1_250_50n],
  ["12'345", 12_345_00n],
  ['１２．５', 12_50n],
  ['１，２５０．００', 1_250_00n],
])('%j is %s hundredths', (text, cents) => {
  expect(readTypedAmount(text)).toEqual({ cents });
});

test.each(['1,000', '1.000', '12,500', '12.505', '999.125', '１，０００'])(
  '%j is read in two ways, and is no amount',
  (text) => {
    expect(readTypedAmount(text)).toEqual({ problem: 'unclear' });
  },
);

test.each([
  '',
  ' ',
  '1234.505',
  '0.505',
  '-1',
  '1e3',
  'abc',
  '1.2.3',
  '1,25,000',
  '1,000,00',
  '1.000.00',
  '1 00',
  '12.50 USDT',
  '٣',
  '1,250.005',
])('%j is no amount', (text) => {
  expect(readTypedAmount(text)).toEqual({ problem: 'none' });
});

test('an amount of coins has as many places as its token', () => {
  expect(readTypedDecimal('1.250,123456', 6)).toEqual({ value: 1_250_123_456n });
  expect(readTypedDecimal('12.5050', 6)).toEqual({ value: 12_505_000n });
  expect(readTypedDecimal('12.505', 6)).toEqual({ problem: 'unclear' });
  expect(readTypedDecimal('0,1234567', 6)).toEqual({ problem: 'none' });
});

test('what the pages show in a language can be typed back', () => {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const format = new Intl.NumberFormat(language, { minimumFractionDigits: 2 });
    for (const cents of [1n, 99n, 1_00n, 999_99n, 1_000_00n, 5_000_00n, 12_345_67n, 1_000_000_00n, 99_999_999_90n]) {
      expect(readTypedAmount(format.format(Number(cents) / 100)), language).toEqual({ cents: centsOf(cents) });
    }
  }
});
