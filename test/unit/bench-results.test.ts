// The benchmark results file, whose sections keep their own dates, and the figures read from a browser's trace.
import { describe, expect, test } from 'vitest';
import { readTrace } from '../../bench/lib/page-load.ts';
import { asReport, asSection, type Provenance, withSections } from '../../bench/lib/results-file.ts';

const on = (date: string): Provenance => ({ command: 'npm run bench', commit: 'abc1234', date, machine: '2 cores' });
const part = (title: string, value: string) => ({ title, how: 'By hand.', figures: [{ what: 'a figure', value }] });

describe('results.md', () => {
  const report = asReport([
    asSection(part('One', '1 ms'), on('2026-01-01')),
    asSection(part('Two', '2 ms'), on('2026-01-01')),
  ]);

  test('a new measurement replaces its section and sets the date of that section only', () => {
    const changed = withSections(report, [asSection(part('One', '9 ms'), on('2026-02-02'))]);
    expect(changed).not.toContain('1 ms');
    expect(changed.match(/\d{4}-\d\d-\d\d/g)).toEqual(['2026-02-02', '2026-01-01']);
    expect(changed.indexOf('9 ms')).toBeLessThan(changed.indexOf('## Two'));
  });

  test('a new section is added at the end, and writing the same sections again changes nothing', () => {
    const three = asSection(part('Three', '3 ms'), on('2026-03-03'));
    const grown = withSections(report, [three]);
    expect(grown.match(/^## .*/gm)).toEqual(['## One', '## Two', '## Three']);
    expect(withSections(grown, [three])).toBe(grown);
  });
});

describe('a trace', () => {
  const url = 'http://127.0.0.1/page';
  const event = (name: string, ms: number, more: object = {}) => ({
    name,
    pid: 7,
    tid: 1,
    ts: 1_000_000 + ms * 1000,
    args: { frame: 'F' },
    ...more,
  });
  const shift = (ms: number, score: number, input = false) =>
    event('LayoutShift', ms, { args: { data: { weighted_score_delta: score, had_recent_input: input } } });
  const task = (ms: number, length: number, more: object = {}) => event('RunTask', ms, { dur: length * 1000, ...more });
  const start = event('navigationStart', 0, { args: { frame: 'F', data: { documentLoaderURL: url } } });
  const paints = [
    event('firstContentfulPaint', 100),
    event('largestContentfulPaint::Candidate', 100),
    event('largestContentfulPaint::Candidate', 240),
  ];

  test('gives the last LCP candidate, and only the main thread’s blocking time after the first paint', () => {
    const tasks = [task(20, 70), task(90, 80), task(300, 120), task(500, 40), task(600, 900, { tid: 2 })];
    const { fcpMs, lcpMs, blockingMs } = readTrace([start, ...paints, ...tasks], url);
    // 70 ms of the second task come after the paint.
    expect({ fcpMs, lcpMs, blockingMs }).toEqual({ fcpMs: 100, lcpMs: 240, blockingMs: 90 });
  });

  test('gives the worst window of layout shifts, without shifts that follow an input', () => {
    const shifts = [shift(150, 0.02), shift(900, 0.03), shift(950, 0.5, true), shift(2_500, 0.04)];
    expect(readTrace([start, ...paints, ...shifts], url).cls).toBeCloseTo(0.05);
  });

  test('a page that painted nothing is an error', () => {
    expect(() => readTrace([start], url)).toThrow('no contentful paint');
    expect(() => readTrace(paints, url)).toThrow('no navigation');
  });
});
