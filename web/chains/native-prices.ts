// Native coin as people read it: a short decimal, and about how many US dollars a gas fee is.
import type { Chain } from '#domain/chains.ts';
import { formatDecimal, type Wei } from '#domain/money.ts';

export const NATIVE_DECIMALS = 18;
const WEI = 10n ** BigInt(NATIVE_DECIMALS);

/** US dollars of an amount of wei, rounded up to a cent. */
export const approximateUsd = ({ nativeUsdCents }: Chain, wei: Wei): string =>
  formatDecimal((wei * nativeUsdCents + WEI - 1n) / WEI, 2, 2);

/** A short decimal of wei for people: up to six significant places, rounded up, as a fee must not look smaller than it is. */
export const shortNative = (wei: Wei): string => {
  const step = 10n ** BigInt(Math.max(wei.toString().length - 3, 0));
  return formatDecimal(((wei + step - 1n) / step) * step, NATIVE_DECIMALS, 0);
};
