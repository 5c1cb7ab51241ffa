// About what a chain's native coin is worth, for the words "about 0.02 USD" beside a gas fee and for nothing else. Rounded by
// hand in November 2026, like the static fiat rates: no payment is ever priced with it.
import { formatDecimal } from '#domain/money.ts';

const US_CENTS: Readonly<Record<string, bigint>> = { ETH: 300_000n, BNB: 90_000n, POL: 20n };

export const NATIVE_DECIMALS = 18;
const WEI = 10n ** BigInt(NATIVE_DECIMALS);

/** US dollars of an amount of wei, rounded up to a cent; null for a coin without a price. */
export const approximateUsd = (nativeSymbol: string, wei: bigint): string | null => {
  const cents = US_CENTS[nativeSymbol];
  if (cents === undefined) return null;
  return formatDecimal((wei * cents + WEI - 1n) / WEI, 2, 2);
};

/** A short decimal of wei for people: up to six significant places, rounded up, as a fee must not look smaller than it is. */
export const shortNative = (wei: bigint): string => {
  const step = 10n ** BigInt(Math.max(wei.toString().length - 3, 0));
  return formatDecimal(((wei + step - 1n) / step) * step, NATIVE_DECIMALS, 0);
};
