// The days that the home page shows, from its URL.
import { addDays, type Day, daysBetween, firstOfMonth, parseDay } from '#domain/local-days.ts';
import { shorten } from '#domain/order-filter.ts';
import type { HomeRangeName } from './home-types.ts';

export interface HomeRange {
  name: HomeRangeName;
  /** First and last day, both included. */
  from: Day;
  to: Day;
  days: number;
  /** Why the typed days are not used; null when they are, or when none are typed. */
  problem: string | null;
}

/** Longer periods have their reports. */
export const MOST_DAYS = 92;

const LAST_DAYS: ReadonlyMap<string, { name: HomeRangeName; days: number }> = new Map([
  ['today', { name: 'today', days: 1 }],
  ['7', { name: '7', days: 7 }],
  ['30', { name: '30', days: 30 }],
  ['90', { name: '90', days: 90 }],
]);

const lastDays = (today: Day, name: HomeRangeName, days: number, problem: string | null = null): HomeRange => ({
  ...{ name, days, problem },
  from: addDays(today, 1 - days),
  to: today,
});

/**
 * The range that `range`, `from` and `to` of a URL name; the last 30 days when they name none.
 * @param today of the store
 */
export const homeRange = (params: URLSearchParams, today: Day): HomeRange => {
  const name = params.get('range') ?? '';
  if (name === 'month') {
    const from = firstOfMonth(today);
    return { name, from, to: today, days: daysBetween(from, today) + 1, problem: null };
  }
  if (name !== 'own') {
    const known = LAST_DAYS.get(name === '' ? '30' : name);
    return known
      ? lastDays(today, known.name, known.days)
      : lastDays(today, '30', 30, `“${shorten(name)}” is no range of days.`);
  }
  const rejected = (problem: string): HomeRange => ({ ...lastDays(today, '30', 30, problem), name: 'own' });
  const from = parseDay(params.get('from')?.trim() ?? '');
  const to = parseDay(params.get('to')?.trim() ?? '');
  if (!from || !to) return rejected('Enter both days, such as 2026-11-22.');
  if (from > to) return rejected('The first day is after the last.');
  if (to > today) return rejected('The last day is in the future.');
  const days = daysBetween(from, to) + 1;
  if (days > MOST_DAYS) return rejected(`At most ${MOST_DAYS} days. Reports have whole months.`);
  return { name, from, to, days, problem: null };
};
