// How a report's figure compares with the previous one, also below zero; and a chart without a figure.
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { formatDollars } from '#emails/format.ts';
import { changeText } from '#web/dashboard/reports/parts/change-text.ts';
import { TimeChart } from '#web/ui/charts/lazy-chart.tsx';

test.each([
  [5, 5, 'as before'],
  [5, 0, 'nothing before'],
  [-5, 0, 'nothing before'],
  [15, 10, 'up 50%'],
  [5, 10, 'down 50%'],
  [-10, 10, 'down 200%'],
  // More than was paid was refunded before: what is less negative is more.
  [10, -5, 'up from -5.00'],
  [-2, -5, 'up from -5.00'],
  [-1_234.5, -5, 'down from -5.00'],
  [0, -0.001, 'up from 0.00'],
])('%d after %d is “%s”', (now, before, text) => {
  expect(changeText(now, before)).toBe(text);
});

test('a chart of nothing says so in place of empty axes', () => {
  const bar = (amount: string | null, before: string | null) => ({ label: 'Day', tick: '1', amount, before });
  const drawn = (...bars: ReturnType<typeof bar>[]) =>
    renderToStaticMarkup(createElement(TimeChart, { name: 'Gross', bars }));
  expect(drawn(bar('0.0000', '0.0000'), bar(null, null))).toContain('every amount is zero');
  for (const one of [bar('0.0001', null), bar('0.0000', '2.0000')]) expect(drawn(one)).not.toContain('zero');
});

test('dollars below zero have a sign, and what rounds to zero has none', () => {
  expect([formatDollars('en', '-12.5000'), formatDollars('en', '-0.0010'), formatDollars('en', '0.0000')]).toEqual([
    ...['-$12.50', '$0.00', '$0.00'],
  ]);
});
