import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, type Day, daysBetween } from '#domain/local-days.ts';
import { homeRange, MOST_DAYS } from '#web/dashboard/home/server/home-range.ts';

const TODAY = '2026-03-30' as Day;
const rangeOf = (query: string) => homeRange(new URLSearchParams(query), TODAY);

test.each([
  ['', '30', '2026-03-01', 30],
  ['range=today', 'today', '2026-03-30', 1],
  ['range=7', '7', '2026-03-24', 7],
  ['range=90', '90', '2025-12-31', 90],
  ['range=month', 'month', '2026-03-01', 30],
])('%s is %s from %s', (query, name, from, days) => {
  expect(rangeOf(query)).toEqual({ name, from, to: TODAY, days, problem: null });
});

test('typed days are used as they are', () => {
  expect(rangeOf('range=own&from=2026-02-27&to=2026-03-01')).toEqual({
    ...{ name: 'own', from: '2026-02-27', to: '2026-03-01', days: 3, problem: null },
  });
});

test.each([
  ['range=own', /both days/],
  ['range=own&from=2026-02-30&to=2026-03-01', /both days/],
  ['range=own&from=2026-03-02&to=2026-03-01', /after the last/],
  ['range=own&from=2026-03-02&to=2026-03-31', /future/],
  ['range=own&from=2025-12-01&to=2026-03-30', /At most 92 days/],
])('%s is rejected, and shows the last 30 days', (query, problem) => {
  const range = rangeOf(query);
  expect(range.problem).toMatch(problem);
  expect(range).toMatchObject({ name: 'own', from: '2026-03-01', to: TODAY, days: 30 });
});

test('a range that is none is named, and not taken for another', () => {
  const range = rangeOf('range=nonsense');
  expect(range).toMatchObject({ name: '30', from: '2026-03-01', to: TODAY });
  expect(range.problem).toBe('“nonsense” is no range of days.');
});

test('every range has its number of days, ends by today and fits the stored totals', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('own', 'month', 'today', '90')),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 0, max: 400 }),
      (range, a, b) => {
        const query = new URLSearchParams({ range, from: addDays(TODAY, -a), to: addDays(TODAY, -b) });
        const { from, to, days } = homeRange(query, TODAY);
        expect(daysBetween(from, to) + 1).toBe(days);
        expect(days).toBeGreaterThan(0);
        expect(days).toBeLessThanOrEqual(MOST_DAYS);
        expect(to <= TODAY).toBe(true);
      },
    ),
  );
});
