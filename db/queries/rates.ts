// Fiat rates: the worker stores them on a schedule, the API prices with what is stored and calls nobody.
import type { CurrencyId } from '#domain/currencies.ts';
import { parseRate, RATE_MAX_AGE_SECONDS } from '#domain/pricing.ts';
import { FiatRate } from '../entities/chain.entity.ts';
import type { Em } from '../orm.ts';

/** Coin per unit of fiat, rounded by hand in November 2026; every stable coin counts as one dollar. */
const STATIC_RATES: Readonly<Record<CurrencyId, string>> = {
  1: '1',
  9: '0.6512',
  27: '0.7134',
  31: '0.1407',
  44: '1.1585',
  48: '1.3142',
  57: '0.1286',
  72: '0.0067113',
  126: '0.7719',
};

/** Stores the static table with the current time. Safe to run at any time, by several processes. */
export const storeStaticRates = async (entityManager: Em): Promise<void> => {
  const fetchedAt = new Date();
  const rows = Object.entries(STATIC_RATES).map(([currency, rate]) => {
    const rateE10 = parseRate(rate);
    if (rateE10 === undefined) throw new RangeError(`Rate ${rate} of currency ${currency} is not a decimal`);
    return { currency: Number(currency), rateE10, source: 'static', fetchedAt };
  });
  await entityManager.fork().upsertMany(FiatRate, rows, { onConflictFields: ['currency'], onConflictAction: 'merge' });
};

export interface StoredRate {
  /** Coin per unit of fiat, parts of 1e10. */
  rateE10: bigint;
  fetchedAt: Date;
}

/** The rate that was stored last, of whatever age; undefined when there is none. */
export const readRate = async (entityManager: Em, currency: CurrencyId): Promise<StoredRate | undefined> => {
  const rate = await entityManager.fork().findOne(FiatRate, { currency });
  return rate ? { rateE10: rate.rateE10, fetchedAt: rate.fetchedAt } : undefined;
};

/** Whether an intent may be priced with a rate of this age. */
export const isFreshRate = ({ fetchedAt }: StoredRate, now: Date): boolean =>
  now.getTime() - fetchedAt.getTime() <= RATE_MAX_AGE_SECONDS * 1000;
