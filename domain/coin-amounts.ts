// Amounts in several coins: each coin is summed by itself and never added to another.
import { type CoinId, coinSymbol } from './coins.ts';
import { add, formatUnits, type Units, ZERO } from './money.ts';

export interface CoinAmount {
  coin: CoinId;
  amountUnits: Units;
}

/** One amount for each coin, in the order in which the coins appear. */
export const sumByCoin = (amounts: Iterable<CoinAmount>): CoinAmount[] => {
  const sums = new Map<CoinId, Units>();
  for (const { coin, amountUnits } of amounts) sums.set(coin, add(sums.get(coin) ?? ZERO, amountUnits));
  return [...sums].map(([coin, amountUnits]) => ({ coin, amountUnits }));
};

/** `10.0000 USDT + 8.0000 USDC`; empty for nothing. */
export const formatCoinAmounts = (amounts: Iterable<CoinAmount>): string =>
  sumByCoin(amounts)
    .map(({ coin, amountUnits }) => `${formatUnits(amountUnits)} ${coinSymbol(coin)}`)
    .join(' + ');
