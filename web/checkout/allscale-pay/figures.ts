// Durations and fees in the language of the page.

import type { Language } from '#domain/languages.ts';
import type { FeeEstimate } from '#web/account/server/account-types.ts';
import type { AllScaleText } from './text/allscale-text.tsx';

/** "4 seconds", "3 minutes". */
export const duration = (language: Language, seconds: number): string => {
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
};

const dollars = (language: Language, usd: string): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency: 'USD' }).format(Number(usd));

/** A fee, estimated or the highest, in the native coin and, where a price is known, in dollars. */
export const feeText = (
  t: AllScaleText,
  language: Language,
  { native: fee, symbol, usd }: FeeEstimate,
  sentence: 'fee' | 'fee_most',
): string => (usd ? t(`${sentence}_usd`, { fee, symbol, usd: dollars(language, usd) }) : t(sentence, { fee, symbol }));
