// The buttons of a test store's checkout: they ask for a payment, which the worker carries out (decision 0080).
import type { Orm } from '#db/orm.ts';
import { requestSimulation, type SimulationResult } from '#db/simulations/request-simulation.ts';
import type { EnabledChain } from '#domain/config.ts';
import { isIntentId } from '#domain/ids.ts';
import { isScenario } from '#domain/simulations.ts';

/** Why nothing was started. */
export type SimulationRefusal = 'nothing_due' | 'no_other_coin' | 'unavailable' | 'too_many';

/** Null: it was started, or runs already. */
export type Simulate = (id: string, scenario: string) => Promise<SimulationRefusal | null>;

export const createSimulate =
  ({ orm, chains }: { orm: Orm; chains: readonly EnabledChain[] }): Simulate =>
  async (intentId, scenario) => {
    if (!isIntentId(intentId) || !isScenario(scenario)) return 'unavailable';
    const enabled = chains.map(({ chain }) => chain);
    const ask = { storeId: null, intentId, scenario, chains: enabled, requestedBy: 'checkout', claim: null };
    return refusalOf(await requestSimulation(orm.em, ask));
  };

const refusalOf = (result: SimulationResult): SimulationRefusal | null => {
  if (result.kind !== 'rejected') return null;
  const { problem } = result;
  return problem === 'nothing_due' || problem === 'no_other_coin' || problem === 'too_many' ? problem : 'unavailable';
};
