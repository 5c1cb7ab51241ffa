// Native coin for reading: a short decimal, and the approximate US dollars of a gas fee.
import type { Chain } from './chains.ts';
import { formatDecimal, type Wei, weiOf } from './money.ts';

export const NATIVE_DECIMALS = 18;
const WEI = 10n ** BigInt(NATIVE_DECIMALS);

/** US cents of an amount of wei, rounded up. */
export const usdCents = ({ nativeUsdCents }: Chain, wei: bigint): bigint => (wei * nativeUsdCents + WEI - 1n) / WEI;

/** US dollars of an amount of wei, rounded up to a cent. */
export const approximateUsd = (chain: Chain, wei: Wei): string => formatDecimal(usdCents(chain, wei), 2, 2);

/** Rounded up to three significant digits, so that a fee never looks smaller than it is. */
export const shortNativeWei = (wei: Wei): Wei => {
  const step = 10n ** BigInt(Math.max(wei.toString().length - 3, 0));
  return weiOf(((wei + step - 1n) / step) * step);
};

/** The same as a decimal. */
export const shortNative = (wei: Wei): string => formatDecimal(shortNativeWei(wei), NATIVE_DECIMALS, 0);
