// A merchant's accent is readable in both looks, whatever colour it is.
import { expect, test } from 'vitest';
import { accentPalette, contrast } from '#domain/accent.ts';

const parts = ['00', '33', '66', '99', 'cc', 'ff'];
const colors = parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}`)));
const SURFACES = { light: ['#ffffff', '#f6f7f9', '#eef1f4'], dark: ['#0b0f16', '#131924', '#0f141d'] };

test('texts in the accent and on it reach 4.75:1 on every surface of their look', () => {
  for (const color of colors) {
    const palette = accentPalette(color);
    for (const look of ['light', 'dark'] as const) {
      const { brand, brandHover, onBrand, brandTint } = palette[look];
      for (const surface of [...SURFACES[look], brandTint, onBrand]) {
        expect(contrast(brand, surface), `${color} ${look} on ${surface}`).toBeGreaterThanOrEqual(4.75);
      }
      expect(contrast(brandHover, onBrand)).toBeGreaterThanOrEqual(4.75);
    }
  }
});

test('a colour that can be read stays as it is', () => {
  expect(accentPalette('#1557d6').light.brand).toBe('#1557d6');
  expect(accentPalette('#ffe000').light.brand).not.toBe('#ffe000');
  expect(accentPalette('#ffe000').dark.brand).toBe('#ffe000');
});

test('what is no colour is refused', () => {
  for (const text of ['', 'red', '#12345', '#1234567', '#GGGGGG', '#ABCDEF']) {
    expect(() => accentPalette(text)).toThrow(RangeError);
  }
});
