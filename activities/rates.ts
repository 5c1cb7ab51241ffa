// Fiat rates for pricing: stored on a schedule, so that creating an intent calls nobody. A system that is told to store none
// refuses to price in fiat (50002) once its last rates are too old.
import type { Em } from '#db/orm.ts';
import { storeStaticRates } from '#db/queries/rates.ts';

export interface RatesActivities {
  refreshRates(): Promise<void>;
}

/** Where rates come from: the table in db/queries/rates.ts, which is rounded by hand, or nowhere. */
export type RatesSource = 'static' | 'off';

export const createRatesActivities = ({ em, source }: { em: Em; source: RatesSource }): RatesActivities => ({
  refreshRates: async () => {
    if (source === 'static') await storeStaticRates(em);
  },
});
