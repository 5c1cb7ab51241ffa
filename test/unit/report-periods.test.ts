// Report periods have no gap and no overlap in any time zone, through every clock change.
import { describe, expect, test } from 'vitest';
import {
  isTransition,
  nextPeriod,
  periodBefore,
  type ReportKind,
  type ReportPeriod,
  reportPeriod,
} from '#domain/report-periods.ts';

const HOUR = 3_600_000;
const hours = ({ startsAt, endsAt }: ReportPeriod): number => (endsAt.getTime() - startsAt.getTime()) / HOUR;

describe('reportPeriod', () => {
  test.each<[string, ReportKind, string, string, string, number]>([
    ['spring forward', 'daily', '2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', 23],
    ['fall back', 'daily', '2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z', 25],
    ['zone +14', 'daily', '2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z', 24],
    ['zone -12', 'daily', '2025-12-31', 'Etc/GMT+12', '2025-12-31T12:00:00.000Z', 24],
    ['midnight that does not exist', 'daily', '2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z', 23],
    ['leap day', 'daily', '2028-02-29', 'UTC', '2028-02-29T00:00:00.000Z', 24],
    ['a month with a clock change', 'monthly', '2026-03', 'America/New_York', '2026-03-01T05:00:00.000Z', 743],
    ['February', 'monthly', '2027-02', 'UTC', '2027-02-01T00:00:00.000Z', 672],
    ['leap February', 'monthly', '2028-02', 'UTC', '2028-02-01T00:00:00.000Z', 696],
    ["the year's last month", 'monthly', '2026-12', 'UTC', '2026-12-01T00:00:00.000Z', 744],
  ])('%s', (_, kind, name, zone, startsAt, length) => {
    const period = reportPeriod(kind, name, zone);
    expect(period.startsAt.toISOString()).toBe(startsAt);
    expect(hours(period)).toBe(length);
  });

  test('rejects values that are not days', () => {
    expect(() => reportPeriod('daily', '2026-02-30x', 'UTC')).toThrow(RangeError);
  });
});

describe('the periods of a year and more', () => {
  test.each<[ReportKind, string]>([
    ['daily', 'America/New_York'],
    ['daily', 'Pacific/Kiritimati'],
    ['daily', 'Etc/GMT+12'],
    ['daily', 'Australia/Lord_Howe'],
    ['monthly', 'America/New_York'],
    ['monthly', 'Asia/Beirut'],
  ])('%s in %s have no gap and no overlap', (kind, zone) => {
    const created = new Date('2027-12-15T10:00:00Z');
    const end = Date.parse('2029-03-15T10:00:00Z');
    const found: ReportPeriod[] = [];
    // Checked twice a day, as a schedule that runs late would.
    for (let now = created.getTime(); now < end; now += 12 * HOUR) {
      const next = nextPeriod(kind, zone, created, found.at(-1) ?? null, new Date(now));
      if (next) found.push(next);
    }
    expect(found[0]?.startsAt.getTime()).toBeLessThanOrEqual(created.getTime());
    for (const [index, period] of found.entries()) {
      expect(period).toEqual(reportPeriod(kind, period.name, zone));
      expect(periodBefore(period, zone, null).endsAt).toEqual(period.startsAt);
      if (index > 0) expect(period.startsAt).toEqual(found[index - 1]?.endsAt);
    }
    const longest = kind === 'daily' ? 25 + 12 : 31 * 24 + 13;
    expect(end - (found.at(-1)?.endsAt.getTime() ?? 0)).toBeLessThan(longest * HOUR);
  });
});

describe('nextPeriod', () => {
  const created = new Date('2026-01-31T23:30:00Z');
  const next = (kind: ReportKind, zone: string, last: string | null, now: string): string | undefined =>
    nextPeriod(kind, zone, created, last === null ? null : reportPeriod(kind, last, zone), new Date(now))?.name;

  test('begins with the first day of the store in its time zone, once that day has ended', () => {
    expect(next('daily', 'UTC', null, '2026-01-31T23:59:59Z')).toBeUndefined();
    expect(next('daily', 'UTC', null, '2026-02-01T00:00:00Z')).toBe('2026-01-31');
    expect(next('daily', 'Asia/Tokyo', null, '2026-02-01T15:00:00Z')).toBe('2026-02-01');
    expect(next('monthly', 'UTC', null, '2026-02-01T00:00:00Z')).toBe('2026-01');
  });

  test('catches up one period at a time, oldest first, at most a month back', () => {
    expect(next('daily', 'UTC', '2026-02-01', '2026-02-05T08:00:00Z')).toBe('2026-02-02');
    expect(next('daily', 'UTC', '2026-02-03', '2026-02-05T08:00:00Z')).toBe('2026-02-04');
    expect(next('daily', 'UTC', '2026-02-04', '2026-02-05T08:00:00Z')).toBeUndefined();
    expect(next('daily', 'UTC', '2026-02-01', '2026-09-30T08:00:00Z')).toBe('2026-08-30');
    expect(next('monthly', 'UTC', '2026-02', '2029-09-30T08:00:00Z')).toBe('2028-09');
  });

  test('goes from 31 January to February', () => {
    expect(next('daily', 'UTC', '2026-01-31', '2026-02-02T00:00:00Z')).toBe('2026-02-01');
    expect(next('monthly', 'UTC', '2026-01', '2026-03-01T00:00:00Z')).toBe('2026-02');
  });
});

describe('a change of the time zone', () => {
  test.each<[string, ReportKind, string, string, string, string, number]>([
    // The day that ended at +14 is followed by two that begin before its end at -12: one name is left for both.
    ['west over the date line', 'daily', '2026-06-10', 'Pacific/Kiritimati', 'Etc/GMT+12', '2026-06-11', 50],
    ['east over the date line', 'daily', '2026-06-10', 'Etc/GMT+12', 'Pacific/Kiritimati', '2026-06-12', 22],
    ['west by an ocean', 'daily', '2026-06-10', 'Europe/Berlin', 'America/New_York', '2026-06-11', 30],
    ['east by an ocean', 'daily', '2026-06-10', 'America/New_York', 'Europe/Berlin', '2026-06-11', 18],
    [
      'in the night of a clock change',
      'daily',
      '2026-03-07',
      'America/New_York',
      'America/Los_Angeles',
      '2026-03-08',
      26,
    ],
    [
      'out of the night of a clock change',
      'daily',
      '2026-10-31',
      'America/Los_Angeles',
      'America/New_York',
      '2026-11-01',
      22,
    ],
    ['to one with the same clock', 'daily', '2026-06-10', 'Europe/Berlin', 'Europe/Paris', '2026-06-11', 24],
    ['a month, west', 'monthly', '2026-01', 'Pacific/Kiritimati', 'Etc/GMT+12', '2026-02', 672 + 26],
    ['a month, east', 'monthly', '2026-01', 'Etc/GMT+12', 'Pacific/Kiritimati', '2026-02', 672 - 26],
  ])('%s', (_, kind, name, from, to, nextName, length) => {
    const reported = reportPeriod(kind, name, from);
    const now = new Date(reported.endsAt.getTime() + (kind === 'daily' ? 60 : 800) * HOUR);
    const next = nextPeriod(kind, to, new Date('2025-05-05'), reported, now);
    expect(next).toMatchObject({ name: nextName, startsAt: reported.endsAt });
    expect(next && hours(next)).toBe(length);
    expect(next && isTransition(kind, next, to)).toBe(to !== 'Europe/Paris');
    expect(next && periodBefore(next, to, reported)).toEqual(reported);
  });

  test('back and forth at any moment leaves out no hour and counts none twice', () => {
    const zones = [
      'Pacific/Kiritimati',
      'Etc/GMT+12',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
    ];
    for (const kind of ['daily', 'monthly'] as const) {
      const created = Date.parse('2026-01-15T10:00:00Z');
      const found: ReportPeriod[] = [];
      let zone = 'UTC';
      for (let now = created, turn = 0; now < created + 420 * 24 * HOUR; now += 5 * HOUR, turn += 1) {
        // Not in step with days: every 65 hours, and sometimes twice between two checks.
        if (turn % 13 === 0) zone = zones[(turn * 7) % zones.length] ?? zone;
        const next = nextPeriod(kind, zone, new Date(created), found.at(-1) ?? null, new Date(now));
        if (next) found.push(next);
      }
      expect(found.length).toBeGreaterThan(kind === 'daily' ? 250 : 11);
      expect(found.some((period) => hours(period) > (kind === 'daily' ? 26 : 745))).toBe(true);
      for (const [index, period] of found.entries()) {
        expect(period.endsAt.getTime()).toBeGreaterThan(period.startsAt.getTime());
        if (index === 0) continue;
        expect(period.startsAt).toEqual(found[index - 1]?.endsAt);
        expect(period.name > (found[index - 1]?.name ?? '')).toBe(true);
      }
    }
  });
});
