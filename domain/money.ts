// Money: one exact unit for every coin and chain, and the only place where amounts are parsed, shown or rounded.
// Ledger units are 1e-18 of a coin, so that 6- and 18-decimal tokens add up without loss. Base units are a token's own.

/** An amount in ledger units: 1e-18 of a coin. */
export type Units = bigint;

export const UNIT_DECIMALS = 18;
export const ONE_COIN: Units = 10n ** 18n;

/** Prices are whole multiples of 0.0001 coin, so every token of at least four decimals can pay them exactly. */
export const PRICE_DECIMALS = 4;
const PRICE_STEP: Units = 10n ** BigInt(UNIT_DECIMALS - PRICE_DECIMALS);

const scale = (decimals: number): bigint => {
  if (!Number.isInteger(decimals) || decimals < PRICE_DECIMALS || decimals > UNIT_DECIMALS) {
    throw new RangeError(`A token of ${decimals} decimals is not supported (4 to 18)`);
  }
  return 10n ** BigInt(UNIT_DECIMALS - decimals);
};

/** Token base units to ledger units; exact. */
export const fromBaseUnits = (baseUnits: bigint, decimals: number): Units => baseUnits * scale(decimals);

/** Ledger units to token base units, rounded up: what must be sent so that at least `units` arrives. */
export const toBaseUnitsCeil = (units: Units, decimals: number): bigint => {
  const step = scale(decimals);
  return (units + step - 1n) / step;
};

/** Rounds a price up to the next 0.0001 coin. The only rounding in pricing. */
export const roundPriceUp = (units: Units): Units => ((units + PRICE_STEP - 1n) / PRICE_STEP) * PRICE_STEP;

/**
 * A decimal string of `value` / 10^decimals, with at least `minDecimals` places and no further trailing zeros.
 * `formatDecimal(5n * 10n ** 18n, 18, 4)` is `"5.0000"`.
 */
export const formatDecimal = (value: bigint, decimals: number, minDecimals: number): string => {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits
    .slice(digits.length - decimals)
    .replace(/0+$/, '')
    .padEnd(minDecimals, '0');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
};

/** The wire form of an amount of coin: at least four places, `"5.0000"`, `"0.123456"`. */
export const formatUnits = (units: Units): string => formatDecimal(units, UNIT_DECIMALS, PRICE_DECIMALS);

/** Parses a plain decimal string (no sign, exponent or separators); undefined when it is not one or has too many places. */
export const parseDecimal = (text: string, decimals: number): bigint | undefined => {
  const match = /^(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text);
  if (!match?.[1]) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return undefined;
  return BigInt(match[1] + fraction.padEnd(decimals, '0'));
};

/** A decimal amount of coin to ledger units; undefined when malformed. */
export const parseUnits = (text: string): Units | undefined => parseDecimal(text, UNIT_DECIMALS);

/** Hundredths of a coin (`amount_cents` of native pricing) to ledger units. */
export const unitsFromCents = (cents: bigint): Units => cents * 10n ** 16n;
