// Durations as operators read them.
import { expect, test } from 'vitest';
import { durationText } from '#domain/duration.ts';

test.each([
  [-5, '0 s'],
  [0.9, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [61, '1 min 1 s'],
  [3_600, '1 h'],
  [3_601, '1 h'],
  [11_520, '3 h 12 min'],
  [86_400 * 2 + 3_600 * 5 + 59, '2 d 5 h'],
])('%d seconds are %s', (seconds, message) => {
  expect(durationText(seconds)).toBe(message);
});
