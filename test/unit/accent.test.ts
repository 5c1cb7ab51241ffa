// A merchant's accent colour is readable in light and dark mode, whatever the colour.
import { expect, test } from 'vitest';
import { accentPalette, contrast } from '#domain/accent.ts';

const parts = ['00', '33', '66', '99', 'cc', 'ff'];
const colors = parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}`)));
const SURFACES = { light: ['#ffffff', '#f6f7f9', '#eef1f4'], dark: ['#0b0f16', '#131924', '#0f141d'] };

test('text in the accent and on it has a contrast of at least 4.75:1 on every surface', () => {
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

test('a readable colour is not changed', () => {
  expect(accentPalette('#1557d6').light.brand).toBe('#1557d6');
  expect(accentPalette('#ffe000').light.brand).not.toBe('#ffe000');
  expect(accentPalette('#ffe000').dark.brand).toBe('#ffe000');
});

test('rejects values that are not colours', () => {
  for (const text of ['', 'red', '#12345', '#1234567', '#GGGGGG', '#ABCDEF']) {
    expect(() => accentPalette(text)).toThrow(RangeError);
  }
});
