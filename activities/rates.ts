// Fiat rates for pricing: stored on a schedule, so that creating an intent calls nobody.
import type { Em } from '#db/orm.ts';
import { storeStaticRates } from '#db/queries/rates.ts';

export interface RatesActivities {
  refreshRates(): Promise<void>;
}

export const createRatesActivities = ({ em }: { em: Em }): RatesActivities => ({
  refreshRates: () => storeStaticRates(em),
});
