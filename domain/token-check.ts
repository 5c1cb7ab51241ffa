// Whether a token's contract is the token that its entry says. The same address can be another token on another chain, and
// contracts can be upgraded: wrong decimals would credit a payment at a wrong amount.
import type { Address } from './address.ts';
import type { Chain, Token } from './chains.ts';
import type { CoinId } from './coins.ts';

/** What a contract returned; null for what it did not return. */
export interface TokenReading {
  decimals: number | null;
  symbol: string | null;
}

/** One token's reading and the verdict on it. */
export interface TokenCheckResult extends TokenReading {
  token: Address;
  /** Why its transfers are not credited; null when it is the token that we know. */
  trouble: string | null;
}

/** Issuers rename tokens: USDT became "USD₮0" on Arbitrum and "USDT0" on Polygon. Other names are other tokens. */
const SYMBOLS: Readonly<Record<CoinId, RegExp>> = { 1: /^USD[T₮](0|\.e)?$/, 2: /^USD(C|bC)(\.e)?$/ };

/** The verdict on one token, as a text for the operator. */
export const troubleOfToken = (
  { name: network, local }: Pick<Chain, 'name' | 'local'>,
  { coin, name, address, decimals }: Token,
  reading: TokenReading,
): string | null => {
  const label = `${name} (${address}) on ${network}`;
  if (reading.decimals === null && reading.symbol === null) {
    // Local chains deploy their tokens after the start, and no contract emits no transfers.
    return local ? null : `${label}: there is no token contract`;
  }
  if (reading.decimals !== decimals) return `${label} has ${reading.decimals ?? 'no'} decimals, not ${decimals}`;
  if (!SYMBOLS[coin].test(reading.symbol ?? '')) return `${label} calls itself "${reading.symbol ?? ''}"`;
  return null;
};

/** The watcher's trouble while tokens are not credited; null when there are none. */
export const tokenTrouble = (troubles: readonly string[]): string | null =>
  troubles.length === 0
    ? null
    : `${troubles.join('; ')}: its transfers are found but not credited until the contract is as before, or its entry is changed`;
