// Fiat rates. The worker stores them on a schedule. The API prices with the stored rates and calls no provider.
import { CURRENCY_IDS, type CurrencyId } from '#domain/currencies.ts';
import { parseRate, RATE_MAX_AGE_SECONDS } from '#domain/pricing.ts';
import { FiatRate, FiatRateHistory } from '../entities/chain.entity.ts';
import type { Em } from '../orm.ts';

export interface NewRate {
  currency: CurrencyId;
  /** Coin per unit of fiat, parts of 1e10. */
  rateE10: bigint;
  source: string;
}

const HAND_ROUNDED: Readonly<Record<CurrencyId, string>> = {
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

/** Rounded by hand in November 2026; every stable coin counts as one dollar. */
export const STATIC_RATES: readonly NewRate[] = CURRENCY_IDS.map((currency) => {
  const rateE10 = parseRate(HAND_ROUNDED[currency]);
  if (rateE10 === undefined) throw new RangeError(`Rate of currency ${currency} is not a decimal`);
  return { currency, rateE10, source: 'static' };
});

/** Stores rates with the current time, and changed rates in the history too. Several processes may run this at once. */
export const storeRates = async (entityManager: Em, rates: readonly NewRate[]): Promise<void> => {
  const fetchedAt = new Date();
  await entityManager.fork().transactional(async (em) => {
    // Always in the same order, so that two processes cannot deadlock.
    for (const { currency, rateE10, source } of [...rates].sort((a, b) => a.currency - b.currency)) {
      const stored = await em.findOne(FiatRate, { currency });
      if (stored?.rateE10 !== rateE10 || stored.source !== source) {
        await em.insert(FiatRateHistory, { currency, rateE10, source, fetchedAt });
      }
      await em.upsert(FiatRate, { currency, rateE10, source, fetchedAt });
    }
  });
};

/** Stores the static table. */
export const storeStaticRates = (entityManager: Em): Promise<void> => storeRates(entityManager, STATIC_RATES);

export interface StoredRate {
  /** Coin per unit of fiat, parts of 1e10. */
  rateE10: bigint;
  fetchedAt: Date;
}

/** The stored rate, however old; undefined when there is none. */
export const readRate = async (entityManager: Em, currency: CurrencyId): Promise<StoredRate | undefined> => {
  const rate = await entityManager.fork().findOne(FiatRate, { currency });
  return rate ? { rateE10: rate.rateE10, fetchedAt: rate.fetchedAt } : undefined;
};

/** Whether an intent may be priced with a rate of this age. */
export const isFreshRate = ({ fetchedAt }: StoredRate, now: Date): boolean =>
  now.getTime() - fetchedAt.getTime() <= RATE_MAX_AGE_SECONDS * 1000;
