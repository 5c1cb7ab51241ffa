// Money: four units that the compiler keeps apart, and the only place where amounts are made, parsed, shown or rounded.
// Ledger units are 1e-18 of a coin, so that 6- and 18-decimal tokens add up without loss. Base units are a token's own.

declare const ledgerUnit: unique symbol;
declare const tokenUnit: unique symbol;
declare const nativeUnit: unique symbol;
declare const fiatUnit: unique symbol;

/** An amount in ledger units: 1e-18 of a coin. */
export type Units = bigint & { readonly [ledgerUnit]: true };
/** An amount as a token counts it: its decimals belong to the token. */
export type BaseUnits = bigint & { readonly [tokenUnit]: true };
/** An amount of a chain's native coin, or a price for one unit of gas. */
export type Wei = bigint & { readonly [nativeUnit]: true };
/** Hundredths of a fiat currency, or of a coin in native pricing. */
export type Cents = bigint & { readonly [fiatUnit]: true };
export type Money = Units | BaseUnits | Wei | Cents;

// Where an amount enters: from the database, a chain or a request. Strings must be whole numbers (SyntaxError).
export const unitsOf = (value: bigint | number | string): Units => BigInt(value) as Units;
export const baseUnitsOf = (value: bigint | number | string): BaseUnits => BigInt(value) as BaseUnits;
export const weiOf = (value: bigint | number | string): Wei => BigInt(value) as Wei;
export const centsOf = (value: bigint | number | string): Cents => BigInt(value) as Cents;

/** No money, in every unit. */
export const ZERO = 0n as Units & BaseUnits & Wei & Cents;

// Arithmetic that keeps the unit; everything else goes through bigint and has to be named again.
export const add = <M extends Money>(a: M, b: NoInfer<M>): M => ((a as bigint) + (b as bigint)) as M;
export const subtract = <M extends Money>(a: M, b: NoInfer<M>): M => ((a as bigint) - (b as bigint)) as M;
export const multiply = <M extends Money>(amount: M, factor: bigint): M => (amount * factor) as M;
export const smaller = <M extends Money>(a: M, b: NoInfer<M>): M => ((a as bigint) < (b as bigint) ? a : b);
export const larger = <M extends Money>(a: M, b: NoInfer<M>): M => ((a as bigint) > (b as bigint) ? a : b);
export const sum = <M extends Money>(amounts: Iterable<M>): M => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as M;
};

export const UNIT_DECIMALS = 18;
export const ONE_COIN = unitsOf(10n ** 18n);

/** Prices are whole multiples of 0.0001 coin, so every token of at least four decimals can pay them exactly. */
export const PRICE_DECIMALS = 4;
const PRICE_STEP = 10n ** BigInt(UNIT_DECIMALS - PRICE_DECIMALS);

const scale = (decimals: number): bigint => {
  if (!Number.isInteger(decimals) || decimals < PRICE_DECIMALS || decimals > UNIT_DECIMALS) {
    throw new RangeError(`A token of ${decimals} decimals is not supported (4 to 18)`);
  }
  return 10n ** BigInt(UNIT_DECIMALS - decimals);
};

/** Token base units to ledger units; exact. */
export const fromBaseUnits = (baseUnits: BaseUnits, decimals: number): Units => unitsOf(baseUnits * scale(decimals));

/** Ledger units to token base units, rounded up: what must be sent so that at least `units` arrives. */
export const toBaseUnitsCeil = (units: Units, decimals: number): BaseUnits => {
  const step = scale(decimals);
  return baseUnitsOf((units + step - 1n) / step);
};

/** Ledger units to token base units, rounded down. */
export const toBaseUnitsFloor = (units: Units, decimals: number): BaseUnits => baseUnitsOf(units / scale(decimals));

/** Rounds a price up to the next 0.0001 coin. The only rounding in pricing. */
export const roundPriceUp = (units: Units): Units => unitsOf(((units + PRICE_STEP - 1n) / PRICE_STEP) * PRICE_STEP);

/**
 * A decimal string of `value` / 10^decimals, with at least `minDecimals` places and no further trailing zeros.
 * `formatDecimal(5n * 10n ** 18n, 18, 4)` is `"5.0000"`.
 */
export const formatDecimal = (value: bigint, decimals: number, minDecimals: number): string =>
  value < 0n
    ? `-${formatDigits((-value).toString(), decimals, minDecimals)}`
    : formatDigits(value.toString(), decimals, minDecimals);

const ZERO_DIGIT = 48;

/** As `formatDecimal`, from the digits of a whole number that is not negative, as a database writes them: for files of a million lines. */
export const formatDigits = (digits: string, decimals: number, minDecimals: number): string => {
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0');
  const point = padded.length - decimals;
  let end = padded.length;
  while (end > point + minDecimals && padded.charCodeAt(end - 1) === ZERO_DIGIT) end -= 1;
  if (end > point) return `${padded.slice(0, point)}.${padded.slice(point, end).padEnd(minDecimals, '0')}`;
  return minDecimals > 0 ? `${padded.slice(0, point)}.${'0'.repeat(minDecimals)}` : padded.slice(0, point);
};

/** As `formatUnits`, from digits. */
export const formatUnitDigits = (digits: string): string => formatDigits(digits, UNIT_DECIMALS, PRICE_DECIMALS);

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

/** A decimal amount of a token to its base units; undefined when malformed. */
export const parseBaseUnits = (text: string, decimals: number): BaseUnits | undefined => {
  const value = parseDecimal(text, decimals);
  return value === undefined ? undefined : baseUnitsOf(value);
};

/** A decimal amount of coin to ledger units; undefined when malformed. */
export const parseUnits = (text: string): Units | undefined => {
  const value = parseDecimal(text, UNIT_DECIMALS);
  return value === undefined ? undefined : unitsOf(value);
};

/** As `parseUnits`, of an amount that may be negative. */
const parseSigned = (text: string): bigint | undefined => {
  const size = parseUnits(text.replace(/^-/, ''));
  return text.startsWith('-') && size !== undefined ? -size : size;
};

/**
 * What is left of a sum, both in their wire form. Refunds of a period are negative when more was removed by reorganisations than was
 * confirmed. Throws RangeError for what is no amount.
 */
export const amountLeft = (amount: string, taken: string): string => {
  const [whole, part] = [parseSigned(amount), parseSigned(taken)];
  if (whole === undefined || part === undefined) throw new RangeError(`Not amounts: ${amount}, ${taken}`);
  return formatUnits(unitsOf(whole - part));
};

/** Hundredths of a coin (`amount_cents` of native pricing) to ledger units. */
export const unitsFromCents = (cents: Cents): Units => unitsOf(cents * 10n ** 16n);
