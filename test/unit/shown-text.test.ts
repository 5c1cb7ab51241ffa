// Text that people read: what may be in it, and how older text is shown.
import { expect, test } from 'vitest';
import { hasOnlyShownText, isShownLine, isShownText, neutralText } from '#domain/text.ts';
import { text } from '#web/access/form-action.ts';

const of = (code: number): string => `a${String.fromCodePoint(code)}b`;
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const DIRECTION = [0x061c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)];
const CONTROLS = [...range(0, 0x1f), ...range(0x7f, 0x9f)];
const BREAKS = [0x09, 0x0a, 0x0d];

test('control characters and direction marks are in no shown text; tabs and line breaks are in none of one line', () => {
  for (const code of [...DIRECTION, ...CONTROLS]) {
    const mayBe = BREAKS.includes(code);
    expect([code, isShownText(of(code)), isShownLine(of(code))]).toEqual([code, mayBe, false]);
    expect([code, text.safeParse(of(code)).success]).toEqual([code, mayBe]);
    expect([code, hasOnlyShownText({ deep: [{ [of(code)]: 1 }, of(code)] })]).toEqual([code, mayBe]);
    // What was stored before is shown without its effect.
    if (code !== 0) expect(neutralText(of(code))).toBe(mayBe ? of(code) : 'a\ufffdb');
  }
  for (const code of [0x2028, 0x2029]) expect([isShownText(of(code)), isShownLine(of(code))]).toEqual([true, false]);
  expect(isShownText('\ud800')).toBe(false);
});

test('scripts, emoji with joiners, accents and spaces of every language stay', () => {
  for (const good of [
    'مرحبا ٥',
    'שלום 3',
    '日本語',
    '👩‍👩‍👧',
    'é',
    'نمی‌خواهم',
    'a\u00a0b',
    '<b>&"\'',
    'Q&A — “x”',
    '🏳️‍🌈',
  ]) {
    expect([good, isShownLine(good), neutralText(good)]).toEqual([good, true, good]);
  }
});
