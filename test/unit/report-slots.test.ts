// The slots of a report's chart cover its period without gap or overlap, and their labels follow the clock of the zone.
import { describe, expect, test } from 'vitest';
import { type ReportKind, reportPeriod } from '#domain/report-periods.ts';
import { type ReportSlot, reportSlots } from '#domain/report-slots.ts';

const HOUR = 3_600_000;
const slotsOf = (kind: ReportKind, name: string, zone: string): ReportSlot[] =>
  reportSlots(reportPeriod(kind, name, zone), zone);
const hours = ({ startsAt, endsAt }: ReportSlot): number => (endsAt.getTime() - startsAt.getTime()) / HOUR;

describe('the slots of a report', () => {
  test.each<[string, ReportKind, string, string, number]>([
    ['an ordinary day', 'daily', '2026-11-22', 'America/New_York', 24],
    ['spring forward', 'daily', '2026-03-08', 'America/New_York', 23],
    ['fall back', 'daily', '2026-11-01', 'America/New_York', 25],
    ['by half an hour, forward', 'daily', '2026-10-04', 'Australia/Lord_Howe', 24],
    ['by half an hour, back', 'daily', '2026-04-05', 'Australia/Lord_Howe', 25],
    ['midnight that does not exist', 'daily', '2026-03-29', 'Asia/Beirut', 23],
    ['an odd offset', 'daily', '2026-06-01', 'Asia/Kathmandu', 24],
    ['zone +14', 'daily', '2026-01-01', 'Pacific/Kiritimati', 24],
    ['zone -12', 'daily', '2025-12-31', 'Etc/GMT+12', 24],
    ['a month with a clock change', 'monthly', '2026-03', 'America/New_York', 31],
    ['leap February', 'monthly', '2028-02', 'UTC', 29],
    ['a month that left out a day', 'monthly', '2011-12', 'Pacific/Apia', 30],
  ])('%s', (_, kind, name, zone, count) => {
    const period = reportPeriod(kind, name, zone);
    const slots = reportSlots(period, zone);
    expect(slots).toHaveLength(count);
    expect([slots[0]?.startsAt, slots.at(-1)?.endsAt]).toEqual([period.startsAt, period.endsAt]);
    for (const [index, slot] of slots.entries()) {
      expect(slot.endsAt.getTime()).toBeGreaterThan(slot.startsAt.getTime());
      if (index > 0) expect(slot.startsAt).toEqual(slots[index - 1]?.endsAt);
    }
    for (const of of ['label', 'place'] as const) expect(new Set(slots.map((slot) => slot[of])).size).toBe(count);
  });

  test('label an hour twice when the clock repeats it, and leave it out when the clock skips it', () => {
    const [, first, second, third] = slotsOf('daily', '2026-11-01', 'America/New_York');
    expect([first, second].map((slot) => [slot?.label, slot?.place])).toEqual([
      ['01:00 -04:00', '01:00'],
      ['01:00 -05:00', '01:00 #2'],
    ]);
    expect(third?.label).toBe('02:00');
    const spring = slotsOf('daily', '2026-03-08', 'America/New_York').map(({ label }) => label);
    expect(spring.slice(0, 3)).toEqual(['00:00', '01:00', '03:00']);
  });

  test('end at a clock change of half an hour', () => {
    const [, , changed, full] = slotsOf('daily', '2026-10-04', 'Australia/Lord_Howe');
    expect([changed?.label, changed && hours(changed)]).toEqual(['02:30', 0.5]);
    expect([full?.label, full && hours(full)]).toEqual(['03:00', 1]);
  });

  test('show the date when a report has more than one', () => {
    const { endsAt: startsAt } = reportPeriod('daily', '2026-06-10', 'Pacific/Kiritimati');
    const { endsAt } = reportPeriod('daily', '2026-06-11', 'Etc/GMT+12');
    const slots = reportSlots({ kind: 'daily', startsAt, endsAt }, 'Etc/GMT+12');
    expect(slots).toHaveLength(50);
    expect([slots[0]?.label, slots.at(-1)?.label]).toEqual(['2026-06-09 22:00', '2026-06-11 23:00']);
  });
});
