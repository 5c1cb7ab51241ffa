// Stores fiat rates on a schedule, so that creating an intent makes no request to a provider. With rates off, fiat prices are rejected
// (50002) once the last rates are too old.
import { ApplicationFailure } from '@temporalio/activity';
import { type NewRate, STATIC_RATES, storeRates } from '#db/intents/fiat-rates.ts';
import type { Em } from '#db/orm.ts';
import { CURRENCY_IDS, currencySymbol } from '#domain/currencies.ts';
import { agreeOnRate } from '#domain/rate-quotes.ts';
import { fetchRates, type RateProviderSettings } from './rate-provider.ts';

export interface RatesActivities {
  /** @returns a summary of what was stored, for the operator who reads the workflow's result */
  refreshRates(): Promise<string>;
}

/** `static`: the hand-rounded table in db/intents/fiat-rates.ts. `off`: none. Else providers, of which two must agree. */
export type RatesSource = 'static' | 'off' | readonly RateProviderSettings[];

export const createRatesActivities = ({ em, source }: { em: Em; source: RatesSource }): RatesActivities => ({
  async refreshRates() {
    if (source === 'off') return 'rates are off';
    if (source === 'static') {
      await storeRates(em, STATIC_RATES);
      return 'static';
    }
    return await refreshFrom(em, source);
  },
});

const refreshFrom = async (em: Em, providers: readonly RateProviderSettings[]): Promise<string> => {
  const responses = await Promise.allSettled(providers.map(fetchRates));
  const silent = responses.flatMap((response, index) =>
    response.status === 'rejected' ? [`${providers[index]?.name}: ${(response.reason as Error).message}`] : [],
  );
  const rates: NewRate[] = [];
  const remarks = [...silent];
  for (const currency of CURRENCY_IDS) {
    const quotes = responses.flatMap((response, index) => {
      const rateE10 = response.status === 'fulfilled' ? response.value.get(currency) : undefined;
      return rateE10 === undefined ? [] : [{ source: providers[index]?.name ?? '', rateE10 }];
    });
    const agreed = agreeOnRate(quotes);
    if (agreed) rates.push({ currency, rateE10: agreed.rateE10, source: agreed.source });
    else remarks.push(`${currencySymbol(currency)}: no two providers agree`);
    for (const outlier of agreed?.outliers ?? []) remarks.push(`${currencySymbol(currency)}: ${outlier} is far off`);
  }
  await storeRates(em, rates);
  // The dollar's rate is always there. Failing makes Temporal retry and shows the problem to an operator.
  if (rates.length <= 1) throw ApplicationFailure.create({ type: 'NoRates', message: remarks.join('; ') });
  return [`${rates.length} rates stored`, ...remarks].join('; ');
};
