// Pricing: what an intent costs in coin. Fiat prices use the stored rate (coin per unit of fiat).
import {
  type Cents,
  centsOf,
  formatDecimal,
  parseDecimal,
  roundPriceUp,
  type Units,
  unitsFromCents,
  unitsOf,
} from './money.ts';

/** Rates are kept with ten places: coin per one unit of fiat. */
export const RATE_DECIMALS = 10;
export const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);

/** A price must be above this (docs/open-api.md section 4). */
export const MIN_PRICE_EXCLUSIVE_UNITS = unitsOf(10n ** 17n);

/** How old a stored rate may be when an intent is priced with it. */
export const RATE_MAX_AGE_SECONDS = 3600;

/** Fiat hundredths at a rate, rounded up to 0.0001 coin. */
export const priceFromFiat = (amountCents: Cents, rateE10: bigint): Units =>
  roundPriceUp(unitsOf((unitsFromCents(amountCents) * rateE10 + RATE_SCALE - 1n) / RATE_SCALE));

/** What a part of a price is in the currency that it was set in, rounded up: what is still due is never shown too low. */
export const centsOfPart = (part: Units, price: { units: Units; cents: Cents }): Cents =>
  centsOf((price.cents * part + price.units - 1n) / price.units);

/** The wire form of a rate: `"1.0000"`, `"0.0067113"`. */
export const formatRate = (rateE10: bigint): string => formatDecimal(rateE10, RATE_DECIMALS, 4);

export const parseRate = (text: string): bigint | undefined => parseDecimal(text, RATE_DECIMALS);
