// Fiat currencies of the Open API (docs/open-api.md section 8). The numbers travel on the wire.

export const FIAT_CURRENCIES = {
  1: 'USD',
  9: 'AUD',
  27: 'CAD',
  31: 'CNY',
  44: 'EUR',
  48: 'GBP',
  57: 'HKD',
  72: 'JPY',
  126: 'SGD',
} as const;

export type CurrencyId = keyof typeof FIAT_CURRENCIES;
export type CurrencySymbol = (typeof FIAT_CURRENCIES)[CurrencyId];

export const CURRENCY_IDS = Object.keys(FIAT_CURRENCIES).map(Number) as CurrencyId[];

export const isCurrencyId = (value: unknown): value is CurrencyId =>
  typeof value === 'number' && Object.hasOwn(FIAT_CURRENCIES, value);

export const currencySymbol = (id: CurrencyId): CurrencySymbol => FIAT_CURRENCIES[id];
