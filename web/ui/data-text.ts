// Stored data of an audit entry as text, for example `from: active`; nested values are in brackets.
import { formatUnits, unitsOf } from '#domain/money.ts';

/** What the end of a stored name says of its value: how it is shown, and what the name is without it. */
const KINDS: readonly [end: RegExp, show: (value: string) => string][] = [
  [/Bps$/, (value) => `${Number(value) / 100}%`],
  [/Units$/, (value) => `${formatUnits(unitsOf(BigInt(value)))} coins`],
  [/Seconds$/, (value) => `${value} s`],
];
const WHOLE = /^-?\d+$/;

/** `minFeeUnits` and `min_fee` are `min fee`. */
export const dataName = (name: string): string =>
  KINDS.reduce((short, [end]) => short.replace(end, ''), name)
    .replaceAll('_', ' ')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** @param name the stored name, whose end says the value's unit */
export const dataText = (value: unknown, name = ''): string => {
  if (value === null || value === '') return 'none';
  if (Array.isArray(value)) return value.map((part) => dataText(part, name)).join(', ') || 'none';
  if (typeof value !== 'object') {
    const shown = String(value);
    const kind = WHOLE.test(shown) ? KINDS.find(([end]) => end.test(name)) : undefined;
    return kind ? kind[1](shown) : shown;
  }
  const isChange = 'from' in value && 'to' in value;
  const parts = Object.entries(value).map(
    ([inner, part]) => `${dataName(inner)}: ${dataText(part, isChange ? name : inner)}`,
  );
  return `(${parts.join(', ')})`;
};
