// When operators are told: once at the beginning, once a day, once at the end, and seldom by a condition that comes and goes.
import { expect, test } from 'vitest';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import { ALERT_KINDS, type AlertStep, alertStep, alertText, type OpenAlert } from '#domain/operator-alerts.ts';

const MINUTE = 60_000;
const PASS = MINUTE / 2;
const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 30) + ms);

/** Passes every 30 seconds. @returns what was told, with its minute */
const play = (holds: (ms: number) => boolean | null, untilMs: number): [AlertStep, number][] => {
  const told: [AlertStep, number][] = [];
  const ends: number[] = [];
  let alert: OpenAlert | null = null;
  for (let ms = 0; ms <= untilMs; ms += PASS) {
    const now = holds(ms);
    if (!alert) {
      if (now) alert = { seenAt: at(ms), beganAt: null, lastTrueAt: at(ms), remindedAt: null };
      continue;
    }
    const step = alertStep(alert, now, ends.filter((end) => end > ms - 1_440 * MINUTE).length, at(ms));
    if (now) alert.lastTrueAt = at(ms);
    if (step === 'keep') continue;
    if (step !== 'forget') told.push([step, ms / MINUTE]);
    if (step === 'begin') alert.beganAt = at(ms);
    if (step === 'remind') alert.remindedAt = at(ms);
    if (step === 'end') ends.push(ms);
    if (step === 'end' || step === 'forget') alert = null;
  }
  return told;
};

test('a condition of three hours is told at its beginning and at its end', () => {
  expect(play((ms) => ms < 180 * MINUTE, 400 * MINUTE)).toEqual([
    ['begin', 1],
    ['end', 189.5],
  ]);
});

test('one of three days is told once a day between them', () => {
  const day = 1_440 * MINUTE;
  expect(play((ms) => ms < 3.5 * day, 4 * day).map(([step]) => step)).toEqual([
    ...['begin', 'remind', 'remind', 'remind', 'end'],
  ]);
});

test('what passes within a minute is told to nobody', () => {
  expect(play((ms) => ms % (5 * MINUTE) === 0, 600 * MINUTE)).toEqual([]);
});

test.each([1.5, 5, 15, 30, 60])(
  'a condition that comes and goes every %f minutes is told at most nine times a day',
  (minutes) => {
    const told = play((ms) => Math.floor(ms / (minutes * MINUTE)) % 2 === 0, 1_440 * MINUTE);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(([step]) => step === 'begin').length).toBeLessThanOrEqual(9);
    expect(told.filter(([step]) => step === 'end').length).toBeLessThanOrEqual(9);
  },
);

test('a condition that cannot be read neither begins, ends nor reminds', () => {
  expect(play((ms) => (ms < 5 * MINUTE ? true : null), 3_000 * MINUTE)).toEqual([['begin', 1]]);
});

test('each kind is one sentence, with its network where it has one', () => {
  const chain = BUILT_IN_CHAINS[0];
  for (const kind of ALERT_KINDS) {
    const text = alertText({ kind, chainId: chain?.id ?? 1, figure: 4_000 });
    expect(text).toMatch(/4000|1 h 6 min/);
    expect(text).not.toMatch(/undefined|\.$/);
  }
  expect(alertText({ kind: 'chain_behind', chainId: 8453, figure: 0 })).toBe('Base: payments were never read');
});
