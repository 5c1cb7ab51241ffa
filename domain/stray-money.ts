// Money at a deposit address that is none of our coins: the chain's native coin, or a token that we do not know. It never changes an
// order's status. It waits for a person, who releases it with the contract's `release`.
import { type Address, ZERO_ADDRESS } from './address.ts';
import type { Chain } from './chains.ts';
import type { BaseUnits } from './money.ts';
import { firstCharacters } from './text.ts';

/** What led to it: a shopper's transaction hash, the order's page, or the end of the checkout. */
export type StrayFinder = 'claim' | 'page' | 'closing';

/** It went out through `release`, or stays where it is. */
export type StrayOutcome = 'released' | 'closed';

/** In the contract's `release`, the zero address stands for the native coin. */
export const NATIVE_TOKEN = ZERO_ADDRESS;

export const isNativeToken = (token: Address): boolean => token === NATIVE_TOKEN;

const WEI = 10n ** 18n;
/** Native coin below this is left alone, so that a stranger's dust opens nothing: about one US dollar, as for coins. */
const LEAST_NATIVE_USD_CENTS = 100n;
/** Tokens of one intent that are kept. Anyone can create worthless tokens. */
export const MAX_STRAY_TOKENS = 5;

export const isWorthShowing = ({ nativeUsdCents }: Pick<Chain, 'nativeUsdCents'>, wei: bigint): boolean =>
  wei * nativeUsdCents >= LEAST_NATIVE_USD_CENTS * WEI;

/** A token's name as its contract gives it, made safe to show; null for text that is empty or not printable. */
export const safeSymbol = (text: string | null | undefined): string | null => {
  const symbol = (text ?? '').replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return symbol === '' ? null : firstCharacters(symbol, 24);
};

/** What is known of a find. */
export interface FoundStray {
  chainId: number;
  token: Address;
  symbol: string | null;
  decimals: number | null;
  amountBaseUnits: BaseUnits;
  sender: Address | null;
  txHash: `0x${string}` | null;
  foundBy: StrayFinder;
}
