// The platform's fee: basis points with a minimum, turned into one linear rate at creation (docs/chains.md section 2).
import { type BaseUnits, baseUnitsOf, type Units, unitsOf } from './money.ts';

/** The fee rate that a deposit address binds, in parts of 1e9. */
export const FEE_RATE_SCALE = 1_000_000_000n;

export const DEFAULT_FEE_BPS = 60;
export const DEFAULT_MIN_FEE_UNITS = unitsOf(10n ** 17n);

/**
 * One linear rate for a price: `max(bps · 1e5, ceil(minFee · 1e9 / price))`, at most 1e9. Whatever the split, order, token
 * or caller of the settlements, the fee is the same, and at a price below the break-even it is the minimum.
 */
export const feeRateE9 = (priceUnits: Units, feeBps: number, minFeeUnits: Units): bigint => {
  if (priceUnits <= 0n) throw new RangeError('The price must be positive');
  const linear = BigInt(feeBps) * 100_000n;
  const minimum = (minFeeUnits * FEE_RATE_SCALE + priceUnits - 1n) / priceUnits;
  const rate = linear > minimum ? linear : minimum;
  return rate > FEE_RATE_SCALE ? FEE_RATE_SCALE : rate;
};

/** What the contract takes from one settlement, in the token's base units (rounded down, as on-chain). */
export const feeOfSettlement = (amountBaseUnits: BaseUnits, rateE9: bigint): BaseUnits =>
  baseUnitsOf((amountBaseUnits * rateE9) / FEE_RATE_SCALE);
