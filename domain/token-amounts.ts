// Amounts in several tokens: each is summed by itself and never added to another. Two tokens of one coin ("USDT" and "USDT0") are two
// amounts, because they are two contracts and two balances.
import type { Address } from './address.ts';
import { tokenName } from './chains.ts';
import type { CoinId } from './coins.ts';
import { add, formatUnits, type Units, ZERO } from './money.ts';

export interface TokenAmount {
  chainId: number;
  token: Address;
  coin: CoinId;
  amountUnits: Units;
}

/** A sum of tokens that people call the same, on one network or on several. */
export interface NamedAmount {
  /** `USDT0`. */
  name: string;
  amountUnits: Units;
}

/** One amount for each name, in the order in which the names appear. */
export const sumByToken = (amounts: Iterable<TokenAmount>): NamedAmount[] => {
  const sums = new Map<string, Units>();
  for (const { chainId, token, coin, amountUnits } of amounts) {
    const name = tokenName(chainId, token, coin);
    sums.set(name, add(sums.get(name) ?? ZERO, amountUnits));
  }
  return [...sums].map(([name, amountUnits]) => ({ name, amountUnits }));
};

/** `10.0000 USDT + 8.0000 USDC`; empty for nothing. */
export const formatTokenAmounts = (amounts: Iterable<TokenAmount>): string =>
  sumByToken(amounts)
    .map(({ name, amountUnits }) => `${formatUnits(amountUnits)} ${name}`)
    .join(' + ');
