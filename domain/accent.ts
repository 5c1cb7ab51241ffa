// A merchant's accent colour, made readable: keeps the hue and changes the lightness until text and buttons reach the contrast of
// docs/experience.md section 6, in the light and the dark theme.

/** Colours as `#rrggbb` in lower case. */
export interface AccentShades {
  brand: string;
  brandHover: string;
  /** Text on the accent. */
  onBrand: string;
  /** Behind what is chosen. */
  brandTint: string;
}

export interface AccentPalette {
  light: AccentShades;
  dark: AccentShades;
}

type Rgb = readonly [red: number, green: number, blue: number];

/** The backgrounds of accent-coloured text in each theme. */
const SURFACES = { light: ['#ffffff', '#f6f7f9', '#eef1f4'], dark: ['#0b0f16', '#131924', '#0f141d'] } as const;
const TEXT_CONTRAST = 4.75;
const INK = { light: '#ffffff', dark: '#07142b' } as const;
const BASE = { light: '#ffffff', dark: '#131924' } as const;
const TINT_SHARE = { light: 0.09, dark: 0.16 } as const;
const STEPS = 200;

export const isAccentColor = (text: string): boolean => /^#[0-9a-f]{6}$/.test(text);

/** The accent in both themes. Throws RangeError when it is not `#rrggbb` in lower case. */
export const accentPalette = (accent: string): AccentPalette => {
  if (!isAccentColor(accent)) throw new RangeError(`Not a colour: ${accent}`);
  return { light: shadesOf(accent, 'light'), dark: shadesOf(accent, 'dark') };
};

/** Contrast of two colours by WCAG 2, from 1 to 21. */
export const contrast = (first: string, second: string): number => {
  const [a, b] = [luminance(parse(first)), luminance(parse(second))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};

const shadesOf = (accent: string, look: 'light' | 'dark'): AccentShades => {
  const end: Rgb = look === 'light' ? [0, 0, 0] : [255, 255, 255];
  const brandTintOf = (brand: string): string => mix(parse(BASE[look]), parse(brand), TINT_SHARE[look]);
  const isReadable = (color: string): boolean =>
    [...SURFACES[look], brandTintOf(color), INK[look]].every((other) => contrast(color, other) >= TEXT_CONTRAST);
  const from = parse(accent);
  // The end itself, black or white, is readable on all of them, so the walk always arrives.
  const step = Array.from({ length: STEPS + 1 }, (_, index) => index / STEPS).find((share) =>
    isReadable(mix(from, end, share)),
  );
  const brand = mix(from, end, step ?? 1);
  return {
    brand,
    brandHover: mix(parse(brand), end, 0.18),
    onBrand: INK[look],
    brandTint: brandTintOf(brand),
  };
};

// `map` returns number[], which cannot be cast directly to a readonly tuple; three indexes give three numbers.
const parse = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as never as Rgb;

const mix = (from: Rgb, to: Rgb, share: number): string =>
  `#${from
    .map((value, index) =>
      Math.round(value + ((to[index] ?? 0) - value) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

const luminance = (color: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
