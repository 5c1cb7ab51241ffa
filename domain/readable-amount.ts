// Amounts as people read them: the decimal sign and the groups of a language. Every digit stays. What is copied or typed into a wallet
// keeps its dot: use the exact string there.
import type { Language } from './languages.ts';

/** @param amount a decimal string, exact: `"1234567.5000"` is `"1.234.567,5000"` in Spanish */
export const readableAmount = (language: Language, amount: string): string => {
  const places = amount.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places });
  return format.format(amount as Intl.StringNumericLiteral);
};

/** Each decimal in a text that our server composed: `"10.0000 USDT + 8.0000 USDC"`. Whole numbers stay: `USDT0` is a name. */
export const readableAmounts = (language: Language, text: string): string =>
  text.replace(/\d+\.\d+/g, (amount) => readableAmount(language, amount));
