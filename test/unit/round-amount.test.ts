// Rounded amounts on pages: to the nearest, carried over, and never a zero that is none.
import { expect, test } from 'vitest';
import { roundTo } from '#web/ui/money.tsx';

test.each([
  ['41.7480', 2, '41.75'],
  ['41.7449', 2, '41.74'],
  ['9.995', 2, '10.00'],
  ['0.995', 2, '1.00'],
  ['0.004', 2, '0.004'],
  ['0.005', 2, '0.01'],
  ['0.0000', 2, '0.00'],
  ['7', 2, '7'],
  ['0.00036', 6, '0.00036'],
  ['-0.125', 2, '-0.13'],
  ['-12.3000', 2, '-12.30'],
  ['0.000444444440759999', 6, '0.000444'],
  ['0.000000000759999', 6, '0.000000000759999'],
  ['123456789012345678901234567890.999999999', 6, '123456789012345678901234567891.000000'],
])('%s to %i places is %s', (amount, places, rounded) => {
  expect(roundTo(amount, places)).toBe(rounded);
});
