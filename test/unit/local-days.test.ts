// Instants in a store's time zone, as files show them.
import { expect, test } from 'vitest';
import { localIsoWriter } from '#domain/local-days.ts';

test('instants have the offset of the zone, also with fractions of milliseconds and in the hour of a clock change', () => {
  const berlin = localIsoWriter('Europe/Berlin');
  // Summer time ends on 25 October 2026 at 01:00 UTC.
  const change = Date.parse('2026-10-25T01:00:00Z');
  expect(berlin(change - 0.143)).toBe('2026-10-25T02:59:59+02:00');
  expect(berlin(change)).toBe('2026-10-25T02:00:00+01:00');
  expect(berlin(change + 0.857)).toBe('2026-10-25T02:00:00+01:00');
  expect(localIsoWriter('Asia/Kathmandu')(change + 61_000.5)).toBe('2026-10-25T06:46:01+05:45');
});
