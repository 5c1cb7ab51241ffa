// Days and percentages as the dashboard writes them.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { daysText, dayText, dayTick } from '#web/ui/days.ts';
import { localTime } from '#web/ui/local-time.tsx';
import { percentText } from '#web/ui/percent.ts';

test.each([
  ['2026-11-01', '2026-11-30', '1–30 Nov 2026'],
  ['2026-10-02', '2026-11-01', '2 Oct – 1 Nov 2026'],
  ['2025-12-12', '2026-01-10', '12 Dec 2025 – 10 Jan 2026'],
  ['2025-01-01', '2026-01-01', '1 Jan 2025 – 1 Jan 2026'],
  ['2026-11-09', '2026-11-09', '9 Nov 2026'],
])('from %s to %s is %s', (from, to, text) => {
  expect(daysText({ from, to })).toBe(text);
});

test('a day is written as the day of a time, a month without its day', () => {
  for (let month = 1; month <= 12; month += 1) {
    const day = `2026-${String(month).padStart(2, '0')}-07`;
    expect(dayText(day)).toBe(localTime(`${day}T12:00:00Z`, 'UTC', 'day'));
  }
  expect([dayTick('2026-11-02'), dayText('2026-11'), dayTick('2026-11')]).toEqual(['2 Nov', 'Nov 2026', 'Nov 2026']);
});

test('a percentage has one decimal and no space before its sign, on no English page', () => {
  expect([percentText(88.88), percentText(0), percentText(-12.3)]).toEqual(['88.9%', '0.0%', '-12.3%']);
  const pages = globSync(['web/{dashboard,operator,ui,docs}/**/*.{ts,tsx}', 'docs/guide/*.md'], { cwd: REPOSITORY });
  expect(pages.length).toBeGreaterThan(200);
  const spaced = pages.filter((file) => {
    const lines = readFileSync(`${REPOSITORY}/${file}`, 'utf8').split('\n');
    // Between two numbers it is the remainder of a division.
    return lines.some((line) => /[\d}] %(?! \d)/.test(line));
  });
  expect(spaced).toEqual([]);
});
