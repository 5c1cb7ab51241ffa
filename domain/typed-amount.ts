// Prices as people type them, with the separators of any language. A text that two readers would read as two amounts is none: `1,000` is a
// thousand in English and one in Spanish, and a price is never a guess.
import { type Cents, centsOf, parseDecimal } from './money.ts';

/** `none`: it is no amount, or has more than two places. `unclear`: its only separator stands before exactly three digits. */
export type TypedAmount = { cents: Cents } | { problem: 'none' | 'unclear' };

/** Groups of three digits behind a separator, of which there is only one kind; then perhaps decimals, behind a dot or a comma. */
const GROUPED = /^([1-9]\d{0,2})(?<sign>[.,'’ ])(\d{3}(?:\k<sign>\d{3})*)(?:(?<point>[.,])(\d{1,40}))?$/;

/**
 * @param text `12.50`, `12,5`, `1,250.00`, `1.250,00`, `1 250`, and the same in the full-width characters of East Asian keyboards
 * @returns hundredths; 0 is an amount
 */
export const readTypedAmount = (text: string): TypedAmount => {
  // Also makes a plain space of the ones that do not break a line, which languages group digits with.
  const typed = text.normalize('NFKC').trim();
  const grouped = GROUPED.exec(typed);
  if (!grouped) return centsOrNone(typed.replace(',', '.'));
  const [, first = '', sign = '', rest = '', point, decimals = ''] = grouped;
  // Not groups: decimals do not begin behind the sign that groups the digits before them.
  if (point === sign) return { problem: 'none' };
  const mayBeDecimals = (sign === '.' || sign === ',') && rest.length === 3 && point === undefined;
  if (mayBeDecimals) return { problem: 'unclear' };
  return centsOrNone(`${first}${rest.replaceAll(sign, '')}${point === undefined ? '' : `.${decimals}`}`);
};

const centsOrNone = (text: string): TypedAmount => {
  const value = parseDecimal(text, 2);
  return value === undefined ? { problem: 'none' } : { cents: centsOf(value) };
};
