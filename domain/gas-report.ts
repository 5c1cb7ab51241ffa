// Months of the treasury report, and what native coin is worth in it. Pure.
import { findChain } from './chains.ts';
import { formatDecimal, type Wei } from './money.ts';
import { NATIVE_DECIMALS, usdCents } from './native-prices.ts';

export interface MonthPeriod {
  /** `2026-11`, in UTC. */
  month: string;
  from: Date;
  /** Not included. */
  to: Date;
}

/** Null for a text that names no month. */
export const monthPeriod = (text: string): MonthPeriod | null => {
  const [, year, month] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (!year || !month) return null;
  const at = (index: number): Date => new Date(Date.UTC(Number(year), index, 1));
  return { month: text, from: at(Number(month) - 1), to: at(Number(month)) };
};

export const monthOf = (date: Date): string => date.toISOString().slice(0, 7);

export const monthBefore = (month: string): string | null => {
  const period = monthPeriod(month);
  return period && monthOf(new Date(period.from.getTime() - 1));
};

export const monthAfter = (month: string): string | null => {
  const period = monthPeriod(month);
  return period && monthOf(period.to);
};

/** An amount of native coin as people and files read it. */
export interface GasCost {
  /** Of the native coin, exact. */
  coins: string;
  symbol: string;
  /** By the network's rounded price; null where its coins have none, or it is not known here. */
  usd: string | null;
}

export const gasCost = (chainId: number, wei: Wei): GasCost => {
  const chain = findChain(chainId);
  const isPriced = chain !== undefined && chain.nativeUsdCents > 0n;
  return {
    coins: formatDecimal(wei, NATIVE_DECIMALS, 4),
    symbol: chain?.nativeSymbol ?? '',
    usd: isPriced ? formatDecimal(usdCents(chain, wei), 2, 2) : null,
  };
};
