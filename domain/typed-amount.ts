// Amounts as people type them, with the separators of any language. A text that two readers would read as two amounts is none: `1,000` is a
// thousand in English and one in Spanish, and an amount is never a guess.
import { type Cents, centsOf, parseDecimal } from './money.ts';

/** `none`: it is no amount, or has too many places. `unclear`: its only separator stands before exactly three digits. */
interface TypedProblem {
  problem: 'none' | 'unclear';
}
export type TypedAmount = { cents: Cents } | TypedProblem;

/** Groups of three digits behind a separator, of which there is only one kind; then perhaps decimals, behind a dot or a comma. */
const GROUPED = /^([1-9]\d{0,2})(?<sign>[.,'’ ])(\d{3}(?:\k<sign>\d{3})*)(?:(?<point>[.,])(\d{1,40}))?$/;

/** A price. @returns hundredths; 0 is an amount */
export const readTypedAmount = (text: string): TypedAmount => {
  const read = readTypedDecimal(text, 2);
  return 'value' in read ? { cents: centsOf(read.value) } : read;
};

/**
 * @param text `12.50`, `12,5`, `1,250.00`, `1.250,00`, `1 250`, and the same in the full-width characters of East Asian keyboards
 * @param decimals as many places as the amount may have
 * @returns the amount times 10^decimals; 0 is an amount
 */
export const readTypedDecimal = (text: string, decimals: number): { value: bigint } | TypedProblem => {
  // Also makes a plain space of the ones that do not break a line, which languages group digits with.
  const typed = text.normalize('NFKC').trim();
  const grouped = GROUPED.exec(typed);
  if (!grouped) return valueOrNone(typed.replace(',', '.'), decimals);
  const [, first = '', sign = '', rest = '', point, fraction = ''] = grouped;
  // Not groups: decimals do not begin behind the sign that groups the digits before them.
  if (point === sign) return { problem: 'none' };
  const mayBeDecimals = (sign === '.' || sign === ',') && rest.length === 3 && point === undefined;
  if (mayBeDecimals) return { problem: 'unclear' };
  return valueOrNone(`${first}${rest.replaceAll(sign, '')}${point === undefined ? '' : `.${fraction}`}`, decimals);
};

/** What a form, a filter or a command says, behind the name of the field, of an amount that can be read in two ways. */
export const UNCLEAR_AMOUNT =
  'must not have a separator for thousands here, because it can be read in two ways: write 1250 or 12.50';

/** @param none what is said of a text that is no amount */
export const typedProblem = (read: TypedProblem, none: string): string =>
  read.problem === 'unclear' ? UNCLEAR_AMOUNT : none;

export const isUnclear = (read: object): boolean => 'problem' in read && read.problem === 'unclear';

const valueOrNone = (text: string, decimals: number): { value: bigint } | TypedProblem => {
  const value = parseDecimal(text, decimals);
  return value === undefined ? { problem: 'none' } : { value };
};
