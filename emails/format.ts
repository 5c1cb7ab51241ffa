// Formats amounts, times and networks for e-mails: exact figures in the reader's language, times in the store's time zone.
import type { Address } from '#domain/address.ts';
import { explorerTxUrl, findChain, tokenName } from '#domain/chains.ts';
import { type CoinId, coinSymbol } from '#domain/coins.ts';
import type { Language } from '#domain/languages.ts';
import { readableAmount } from '#domain/readable-amount.ts';

/** Making them took about a millisecond of each e-mail. Kept for a few stores' languages and time zones. */
const KEPT_FORMATS = 100;

const remembered = <Options, Format>(make: (language: Language, options: Options) => Format) => {
  const formats = new Map<string, Format>();
  return (language: Language, options: Options): Format => {
    const key = `${language} ${JSON.stringify(options)}`;
    const format = formats.get(key) ?? make(language, options);
    if (formats.size >= KEPT_FORMATS) formats.clear();
    formats.set(key, format);
    return format;
  };
};

const numberFormat = remembered(
  (language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options),
);
const dateFormat = remembered(
  (language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options),
);

export const formatCount = (language: Language, count: number): string => numberFormat(language, {}).format(count);

export const formatCoins = (language: Language, amount: string, coin: CoinId): string =>
  `${readableAmount(language, amount)} ${coinSymbol(coin)}`;

/** A token of a record; older records do not say which of a coin it was. */
export interface RecordedToken {
  coin: CoinId;
  chainId: number;
  token?: Address | undefined;
}

export const nameOf = ({ chainId, token, coin }: RecordedToken): string => tokenName(chainId, token ?? null, coin);

/** `3.0000 USDT0` */
export const formatTokens = (language: Language, amount: string, of: RecordedToken): string =>
  `${readableAmount(language, amount)} ${nameOf(of)}`;

/** A sum over several coins; each coin counts as one dollar. @param amount a decimal string, shown to the cent */
export const formatDollars = (language: Language, amount: string): string =>
  numberFormat(language, {
    ...{ style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' },
    // What rounds to zero has no sign: `$0.00` of a thousandth that is missing.
    signDisplay: 'negative',
  }).format(amount as Intl.StringNumericLiteral);

export const formatFiat = (language: Language, { amount, currency }: { amount: string; currency: string }): string =>
  numberFormat(language, { style: 'currency', currency, ...placesOf(amount) }).format(
    amount as Intl.StringNumericLiteral,
  );

/** Prices have hundredths in every currency: yen with a fraction is shown as it is, and without one as usual. */
const placesOf = (amount: string): Intl.NumberFormatOptions =>
  /\.\d*[1-9]/.test(amount) ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {};

/** To the minute, then the time zone's name: `November 22, 2026 at 14:05 GMT+1`. */
export const formatTime = (language: Language, iso: string, timeZone: string): string => {
  const at = new Date(iso);
  const time = dateFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  // Formatted separately: some languages put it between day and hour, or into brackets.
  const zone = dateFormat(language, { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  return `${time.format(at)} ${zone?.value ?? timeZone}`;
};

/** `2026-11-22` as a day, `2026-11` as a month. */
export const formatPeriod = (language: Language, period: string): string => {
  const isDay = period.length > 7;
  return dateFormat(language, {
    year: 'numeric',
    month: 'long',
    ...(isDay ? { day: 'numeric', weekday: 'short' } : {}),
    timeZone: 'UTC',
  }).format(new Date(`${isDay ? period : `${period}-01`}T00:00:00Z`));
};

/** `2026-12-04` within a sentence: a short weekday would look like a slip there in Spanish. */
export const formatDay = (language: Language, day: string): string =>
  dateFormat(language, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** Null where there is no explorer. */
export const transactionLink = (chainId: number, txHash: string): string | null => {
  const chain = findChain(chainId);
  return chain ? explorerTxUrl(chain, txHash) : null;
};

/** One line for a subject: texts of merchants and shops cannot break a header or fill a screen. */
export const oneLine = (text: string): string => {
  return cutTo(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim(), 160);
};

/** A name within a subject: a long one must not push the amount after it out. The whole name stands in the e-mail. */
export const shortName = (text: string): string => cutTo(text, 60);

/** By code points: half a surrogate pair is no character. */
const cutTo = (text: string, most: number): string => {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
};
