// Stored data of an audit entry as text, for example `from: active`; nested values are in brackets.
import { formatUnits, unitsOf } from '#domain/money.ts';
import { INTENT_STATUSES, type IntentStatus, statusName } from '#domain/status.ts';
import { REVIEW_LABELS } from '#web/text/review-titles.ts';
import { utcTime } from '#web/text/utc-time.ts';
import { INTENT_LABELS } from './status-labels.ts';

/** What the end of a stored name says of its value: how it is shown, and what the name is without it. */
const KINDS: readonly [end: RegExp, show: (value: string) => string][] = [
  [/Bps$/, (value) => `${Number(value) / 100}%`],
  [/Units$/, (value) => `${formatUnits(unitsOf(BigInt(value)))} coins`],
  [/Seconds$/, (value) => `${value} s`],
];
const WHOLE = /^-?\d+$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A status is stored as its number on the wire. */
const statusText = (value: string): string =>
  INTENT_STATUSES.some((status) => String(status) === value)
    ? INTENT_LABELS[statusName(Number(value) as IntentStatus)].message
    : value;

/** Of reviews and of proposals. */
const KIND_TEXTS: Readonly<Record<string, string>> = {
  ...REVIEW_LABELS,
  store_fee: 'another fee',
  review_accept: 'accept money in review',
};

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
    if (INSTANT.test(shown)) return utcTime(shown, 'en');
    if (name === 'intentStatus') return statusText(shown);
    if (name === 'kind') return KIND_TEXTS[shown] ?? shown;
    const kind = WHOLE.test(shown) ? KINDS.find(([end]) => end.test(name)) : undefined;
    return kind ? kind[1](shown) : shown;
  }
  const isChange = 'from' in value && 'to' in value;
  const parts = Object.entries(value).map(
    ([inner, part]) => `${dataName(inner)}: ${dataText(part, isChange ? name : inner)}`,
  );
  return `(${parts.join(', ')})`;
};
