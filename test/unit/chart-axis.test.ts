// The axis of a chart: few ticks, each written without being rounded to something else.
import { expect, test } from 'vitest';
import { axisTicks, shortAmount } from '#web/ui/charts/chart-frame.tsx';

test.each([
  [0, ['0']],
  [3_400, ['0', '1K', '2K', '3K', '4K']],
  [260, ['0', '100', '200', '300']],
  [9, ['0', '2.5', '5', '7.5', '10']],
  [8_000, ['0', '2K', '4K', '6K', '8K']],
  [48_000_000, ['0', '20M', '40M', '60M']],
  [0.09, ['0', '0.025', '0.05', '0.075', '0.1']],
])('up to %s', (largest, written) => {
  expect(axisTicks(largest).map(shortAmount)).toEqual(written);
});

test('ticks cover the largest amount, are even, and none is rounded', () => {
  for (let largest = 0.01; largest < 1e9; largest *= 1.37) {
    const ticks = axisTicks(largest);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(6);
    const exact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 12 });
    expect(ticks.map(shortAmount)).toEqual(ticks.map((tick) => exact.format(tick)));
  }
});
