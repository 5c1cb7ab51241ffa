// Money, fees and prices are exact to the last unit, and rounded in one place and one direction.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FEE_BPS, DEFAULT_MIN_FEE_UNITS, FEE_RATE_SCALE, feeOfSettlement, feeRateE9 } from '#domain/fees.ts';
import {
  amountLeft,
  baseUnitsOf,
  centsOf,
  formatDecimal,
  formatUnits,
  fromBaseUnits,
  multiply,
  ONE_COIN,
  parseDecimal,
  parseUnits,
  roundPriceUp,
  toBaseUnitsCeil,
  unitsFromCents,
  unitsOf,
  ZERO,
} from '#domain/money.ts';
import { formatRate, MIN_PRICE_EXCLUSIVE_UNITS, parseRate, priceFromFiat } from '#domain/pricing.ts';

const anyUnits = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(unitsOf);
const anyDecimals = fc.integer({ min: 4, max: 18 });

describe('units', () => {
  test('converts hundredths of a coin and base units of 4 to 18 decimals', () => {
    expect(unitsFromCents(centsOf(1n))).toBe(10n ** 16n);
    expect(fromBaseUnits(baseUnitsOf(5_000_000n), 6)).toBe(5n * ONE_COIN);
    expect(fromBaseUnits(baseUnitsOf(1n), 18)).toBe(1n);
    expect(fromBaseUnits(baseUnitsOf(1n), 4)).toBe(10n ** 14n);
    for (const decimals of [3, 19, 6.5, -1]) expect(() => fromBaseUnits(baseUnitsOf(1n), decimals)).toThrow(RangeError);
  });

  test('conversion to base units rounds up by less than one base unit, so that enough is sent', () => {
    expect(toBaseUnitsCeil(multiply(ONE_COIN, 5n), 6)).toBe(5_000_000n);
    expect(toBaseUnitsCeil(unitsOf(5n * ONE_COIN + 1n), 6)).toBe(5_000_001n);
    expect(toBaseUnitsCeil(ZERO, 6)).toBe(0n);
    fc.assert(
      fc.property(anyUnits, anyDecimals, (units, decimals) => {
        const back = fromBaseUnits(toBaseUnitsCeil(units, decimals), decimals);
        expect(back >= units && back - units < 10n ** BigInt(18 - decimals)).toBe(true);
      }),
    );
  });

  test('a price rounded to 0.0001 can be paid exactly with every token', () => {
    for (const units of [1n, 10n ** 14n, 10n ** 14n + 1n, 123_456_789_012_345_678n]) {
      const price = roundPriceUp(unitsOf(units));
      expect(price >= units && price - units < 10n ** 14n).toBe(true);
      for (const decimals of [4, 6, 18]) expect(fromBaseUnits(toBaseUnitsCeil(price, decimals), decimals)).toBe(price);
    }
  });
});

describe('decimal strings', () => {
  test('parsing a formatted amount gives the same amount', () =>
    fc.assert(
      fc.property(anyUnits, (units) => {
        expect(parseUnits(formatUnits(units))).toBe(units);
      }),
    ));

  test.each([
    [0n, '0.0000'],
    [1n, '0.000000000000000001'],
    [5n * ONE_COIN, '5.0000'],
    [123_456n * 10n ** 12n, '0.123456'],
    [10n ** 17n, '0.1000'],
    [12_345_678_901_234_567_890_123n, '12345.678901234567890123'],
    [-ONE_COIN / 2n, '-0.5000'],
  ])('%s is %s', (units, text) => {
    expect(formatUnits(unitsOf(units))).toBe(text);
    if (units >= 0n) expect(parseUnits(text)).toBe(units);
  });

  test('an amount without decimals has no decimal point', () => expect(formatDecimal(15n, 0, 0)).toBe('15'));

  test.each([
    '',
    '.',
    '1.',
    '.5',
    '-1',
    '+1',
    '1e3',
    '1,000',
    '0x1',
    ' 1',
    '1 ',
    '١',
    '1.2.3',
    'NaN',
    '1.0000000000000000001',
    '9'.repeat(41),
  ])('%j is not an amount', (text) => expect(parseUnits(text)).toBeUndefined());

  test('trailing zeros beyond the precision are accepted', () => {
    expect(parseDecimal('1.50000', 1)).toBe(15n);
    expect(parseDecimal('007', 0)).toBe(7n);
    expect(parseDecimal('1.05', 1)).toBeUndefined();
  });
});

describe('fiat prices', () => {
  test.each([
    [500n, '1', 5n * ONE_COIN],
    [1n, '1', ONE_COIN / 100n],
    [150_000n, '0.0067113', 100_670n * 10n ** 14n],
    [999n, '0.1407', 14_056n * 10n ** 14n],
    [1n, '0.0000000001', 10n ** 14n],
    [10_000_000_000_000n, '1.3142', 131_420_000_000n * ONE_COIN],
  ])('%s hundredths at %s', (cents, rate, units) =>
    expect(priceFromFiat(centsOf(cents), parseRate(rate) as bigint)).toBe(units),
  );

  test('are never below the exact product, and less than 0.0001 above it', () => {
    const cents = fc.bigInt({ min: 1n, max: 10n ** 13n }).map(centsOf);
    fc.assert(
      fc.property(cents, fc.bigInt({ min: 1n, max: 3n * 10n ** 10n }), (amount, rate) => {
        const over = priceFromFiat(amount, rate) * 10n ** 10n - unitsFromCents(amount) * rate;
        expect(over >= 0n && over < 10n ** 24n).toBe(true);
      }),
    );
  });

  test('rates on the wire', () => {
    expect(formatRate(parseRate('1') as bigint)).toBe('1.0000');
    expect(formatRate(parseRate('0.0067113') as bigint)).toBe('0.0067113');
    expect(parseRate('0.00000000001')).toBeUndefined();
  });

  test('the lowest price is above 0.1', () => expect(formatUnits(MIN_PRICE_EXCLUSIVE_UNITS)).toBe('0.1000'));
});

describe('fees', () => {
  const rate = (price: bigint) => feeRateE9(unitsOf(price), DEFAULT_FEE_BPS, DEFAULT_MIN_FEE_UNITS);

  test.each([
    ['0.11', 909_090_910n],
    ['1', 100_000_000n],
    ['5', 20_000_000n],
    ['16.6666', 6_000_025n],
    ['16.6667', 6_000_000n],
    ['1000', 6_000_000n],
    ['100000000', 6_000_000n],
  ])('at a price of %s the rate is %s', (price, expected) => expect(rate(parseUnits(price) as bigint)).toBe(expected));

  test('are the minimum below the break-even price, to the base unit, and the share above it', () => {
    for (const [decimals, scale] of [
      [6, 10n ** 12n],
      [18, 1n],
    ] as const) {
      for (const price of ['0.11', '0.3333', '1', '5', '10', '16.6666']) {
        const units = parseUnits(price) as bigint;
        expect(feeOfSettlement(toBaseUnitsCeil(unitsOf(units), decimals), rate(units)) * scale).toBeGreaterThanOrEqual(
          10n ** 17n,
        );
        // The rate is rounded up in its ninth decimal, so the fee may be higher by that much.
        expect(feeOfSettlement(baseUnitsOf(units), rate(units)) - 10n ** 17n).toBeLessThanOrEqual(
          units / FEE_RATE_SCALE + 1n,
        );
      }
      expect(feeOfSettlement(baseUnitsOf(1_000n * 10n ** BigInt(decimals)), 6_000_000n)).toBe(
        6n * 10n ** BigInt(decimals),
      );
    }
  });

  test('are never more than the amount and never negative', () => {
    expect(feeRateE9(unitsOf(1n), 60, ONE_COIN)).toBe(FEE_RATE_SCALE);
    expect(feeRateE9(ONE_COIN, 10_000, ZERO)).toBe(FEE_RATE_SCALE);
    expect(feeRateE9(ONE_COIN, 0, ZERO)).toBe(0n);
    expect(feeOfSettlement(baseUnitsOf(999n), FEE_RATE_SCALE)).toBe(999n);
    expect(feeOfSettlement(baseUnitsOf(1n), FEE_RATE_SCALE - 1n)).toBe(0n);
    expect(() => feeRateE9(ZERO, 60, unitsOf(1n))).toThrow(RangeError);
  });
});

test('what is left of a sum may be negative, as may be what was taken', () => {
  expect(amountLeft('10.5000', '4.0000')).toBe('6.5000');
  expect(amountLeft('0.0000', '4.0000')).toBe('-4.0000');
  expect(amountLeft('1.0000', '-0.2500')).toBe('1.2500');
  expect(amountLeft('0.0000', '0.0000')).toBe('0.0000');
  expect(() => amountLeft('ten', '1')).toThrow(RangeError);
});
