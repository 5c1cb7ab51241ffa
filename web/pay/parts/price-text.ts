// A price as it was set, in a language: `€12.50`, `12.50 USDT`. Every digit is kept.
import type { Language } from '#domain/languages.ts';
import type { Price } from '../server/pay-types.ts';

export const priceText = (language: Language, { amount, unit }: Price): string => {
  const value = amount as Intl.StringNumericLiteral;
  if ('fiat' in unit) {
    // Hundredths of every currency, also of those without: the price is what the merchant set.
    const format = { style: 'currency', currency: unit.fiat, minimumFractionDigits: 2 } as const;
    return new Intl.NumberFormat(language, format).format(value);
  }
  return `${new Intl.NumberFormat(language, { minimumFractionDigits: 2 }).format(value)} ${unit.coin}`;
};

/** `2026-11-22` as a date in full: `November 22, 2026`. */
export const dayText = (language: Language, day: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** An instant as a day, where the store is. */
export const dateText = (language: Language, iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(new Date(iso));

/** An instant with its zone, the store's: a shopper elsewhere would take it for the own time. */
export const timeText = (language: Language, iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
    ...{ timeZone, timeZoneName: 'short' },
  }).format(new Date(iso));
