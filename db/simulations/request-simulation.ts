// Asks for a simulated payment of a test store's order: over the API, on the order's page, or on the checkout. The worker carries it out.
import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { Chain } from '#domain/chains.ts';
import { type IntentId, makeId } from '#domain/ids.ts';
import { subtract, UNIT_DECIMALS, unitsOf } from '#domain/money.ts';
import { planSimulation, type Scenario, type SimulationProblem } from '#domain/simulations.ts';
import { isAwaitingPayment } from '#domain/status.ts';
import { CheckoutIntent, TimelineEvent } from '../entities/intent.entity.ts';
import { Simulation } from '../entities/simulation.entity.ts';
import { Store } from '../entities/store.entity.ts';
import { amountDue } from '../intents/amount-due.ts';
import type { Em } from '../orm.ts';
import { lockText } from '../sql.ts';

/** A store's simulations in a minute. Each is three transactions on a chain that others share. */
export const SIMULATIONS_PER_MINUTE = 30;

export interface SimulationAsk {
  /** Null: of any test store, for the checkout page, where the order's id is what opens it. */
  storeId: string | null;
  intentId: IntentId;
  scenario: Scenario;
  /** The chains that are on. */
  chains: readonly Chain[];
  /** An API key's id, `dashboard` or `checkout`. */
  requestedBy: string;
  /** The `Idempotency-Key` and the hash of the body that it came with. */
  claim: { key: string; bodySha256: string } | null;
}

/** Why nothing was started. */
export type SimulationRejection = SimulationProblem | 'not_found' | 'not_a_test_store' | 'reused' | 'too_many';

export type SimulationResult =
  /** `known`: the same scenario of this order still runs, or the key was used before. */
  { kind: 'started' | 'known'; simulation: Simulation } | { kind: 'rejected'; problem: SimulationRejection };

/** Safe to repeat: a scenario runs once at a time for an order, and once for an idempotency key. */
export const requestSimulation = (entityManager: Em, ask: SimulationAsk): Promise<SimulationResult> =>
  entityManager.fork().transactional(async (em) => {
    const { storeId, intentId, scenario, claim } = ask;
    const where = { id: intentId, ...(storeId === null ? {} : { store: storeId }) };
    const intent = await em.findOne(CheckoutIntent, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!intent) return rejected('not_found');
    const store = await em.findOneOrFail(Store, intent.store.id);
    if (!store.isTest) return rejected('not_a_test_store');
    const known =
      (claim && (await em.findOne(Simulation, { intent, idempotencyKey: claim.key }))) ??
      (await em.findOne(Simulation, { intent, scenario, finishedAt: null }));
    if (known) {
      const isReused = claim !== null && known.idempotencyKey === claim.key && known.bodySha256 !== claim.bodySha256;
      return isReused ? rejected('reused') : { kind: 'known', simulation: known };
    }
    // The count is exact: a store's requests for simulations run one after the other.
    await lockText(em, `simulations of ${store.id}`);
    const minute = new Date(Date.now() - 60_000);
    if ((await em.count(Simulation, { store, createdAt: { $gt: minute } })) >= SIMULATIONS_PER_MINUTE) {
      return rejected('too_many');
    }
    const dueUnits = unitsOf(await amountDue(em, intent, UNIT_DECIMALS));
    const plan = planSimulation(
      {
        amountUnits: intent.amountUnits,
        receivedUnits: subtract(intent.amountUnits, dueUnits),
        isOpen: isAwaitingPayment(intent.status),
        acceptedCoins: intent.acceptedStableCoins,
        acceptedChainIds: intent.acceptedChainIds,
        acceptsBridgedTokens: intent.acceptsBridgedTokens,
      },
      scenario,
      ask.chains,
    );
    if ('problem' in plan) return rejected(plan.problem);
    const simulation = em.create(Simulation, {
      id: makeId('sim', randomBytes(16)),
      ...{ store, intent, scenario, requestedBy: ask.requestedBy },
      chainId: plan.transfer?.chainId ?? null,
      coin: plan.transfer?.coin ?? null,
      token: plan.transfer?.token ?? null,
      amountBaseUnits: plan.transfer?.amountBaseUnits ?? null,
      idempotencyKey: claim?.key ?? null,
      bodySha256: claim?.bodySha256 ?? null,
      createdAt: new Date(),
    });
    const note = { text: `Simulation: ${scenario}`, by: ask.requestedBy };
    em.create(TimelineEvent, { intent, kind: 'note', data: note, createdAt: new Date() });
    await em.flush();
    return { kind: 'started', simulation };
  });

const rejected = (problem: SimulationRejection): SimulationResult => ({
  kind: 'rejected',
  problem,
});
