// Instants in a store's time zone, as files show them.
import { Temporal } from 'temporal-polyfill';
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

/** Two offsets a year, half hours, a change of half an hour, a date line that moved, several rules in history, none. */
const ZONES = [
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Caracas',
  'UTC',
];

test.each(ZONES)('instants in %s are what the calendar says, in any order and around every change', (zone) => {
  const write = localIsoWriter(zone);
  const zoned = (epochMs: number) => Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone);
  const instants: number[] = [];
  const from = Date.parse('2005-01-01T00:00:00Z');
  for (let step = 0; step < 1_500; step += 1) instants.push(from + ((step * 7_919) % 1_500) * 172_801_337);
  let change = zoned(from).getTimeZoneTransition('next');
  while (change && change.epochMilliseconds < Date.parse('2032-01-01T00:00:00Z')) {
    for (const ms of [-1, 0, 1, -3_600_000, 3_600_000]) instants.push(change.epochMilliseconds + ms);
    change = change.getTimeZoneTransition('next');
  }
  for (const instant of instants) {
    const options = { smallestUnit: 'second', timeZoneName: 'never' } as const;
    expect(write(instant)).toBe(zoned(instant).toString(options));
  }
});
