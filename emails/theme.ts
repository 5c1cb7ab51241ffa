// Colours and type of the e-mails: the palette of the pages (docs/experience.md section 6) as plain values, because mail programs
// do not support custom properties.
import type { CSSProperties } from 'react';
import type { Tone } from './document.ts';

export const LIGHT = {
  bg: '#F6F7F9',
  surface: '#FFFFFF',
  line: '#D9DEE5',
  ink: '#0E1726',
  ink2: '#465264',
  ink3: '#5F6B7C',
  brand: '#1557D6',
  onBrand: '#FFFFFF',
} as const;

const DARK = {
  bg: '#0B0F16',
  surface: '#131924',
  line: '#263041',
  ink: '#F1F4F8',
  ink2: '#B4BECC',
  ink3: '#94A0B2',
  brand: '#6EA0FF',
  onBrand: '#07142B',
} as const;

/** A sign beside the colour, for readers who cannot tell colours apart. */
export const TONES: Record<Tone, { ink: string; tint: string; sign: string }> = {
  plain: { ink: '#465264', tint: '#EEF1F4', sign: '○' },
  ok: { ink: '#0B7A4B', tint: '#E6F5EE', sign: '✓' },
  warn: { ink: '#8F5200', tint: '#FFF4E0', sign: '!' },
  bad: { ink: '#B42318', tint: '#FDECEA', sign: '×' },
};

const DARK_TONES: Record<Tone, { ink: string; tint: string }> = {
  plain: { ink: '#B4BECC', tint: '#0F141D' },
  ok: { ink: '#4CC38A', tint: '#0E2A1E' },
  warn: { ink: '#F2B14A', tint: '#2E2210' },
  bad: { ink: '#FF8A80', tint: '#341514' },
};

/** Names no Chinese or Japanese font: the reader's system chooses by language, and each of those fonts draws the other languages' characters wrong. */
export const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
export const CODE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

export const textStyle = (size: number, color: string, more: CSSProperties = {}): CSSProperties => ({
  fontFamily: FONT,
  fontSize: `${size}px`,
  lineHeight: `${Math.round(size * 1.55)}px`,
  color,
  margin: '0',
  ...more,
});

export const TABULAR = { fontVariantNumeric: 'tabular-nums' } as const;
export const RULE = `1px solid ${LIGHT.line}`;
export const PLAIN_TABLE = { width: '100%', cellPadding: 0, cellSpacing: 0, border: 0 } as const;

const marks = Object.entries(DARK_TONES)
  .map(([tone, { ink, tint }]) => `.mark-${tone}{color:${ink}!important;background-color:${tint}!important}`)
  .join('');

/** For mail programs that keep <style>. */
export const DARK_STYLES = `
  a[x-apple-data-detectors] { color: inherit !important; text-decoration: none !important; font: inherit !important; }
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.bg{background-color:${DARK.bg}!important}
.surface{background-color:${DARK.surface}!important}
.line{border-color:${DARK.line}!important}
.ink{color:${DARK.ink}!important}
.ink2{color:${DARK.ink2}!important}
.ink3,.label{color:${DARK.ink3}!important}
.link{color:${DARK.brand}!important}
.button{background-color:${DARK.brand}!important;color:${DARK.onBrand}!important}
${marks}
}
@media (max-width:480px){
.pad{padding:24px 20px!important}
.label,.value{display:block!important;width:auto!important}
.label{padding:10px 0 0!important}
.value{border-top:0!important;padding:0 0 10px!important}
.code{font-size:12px!important;letter-spacing:-0.2px}
.figure{font-size:26px!important;line-height:34px!important}
.narrow{font-size:12px!important;line-height:18px!important;padding-left:12px!important}
.first{font-size:12px!important;line-height:18px!important}
.wide{display:none!important}
.button{display:block!important;text-align:center!important}
}`;
