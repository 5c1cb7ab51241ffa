// POST /v1/test/simulate: starts a payment of a test store's order on a local chain (decision 0080). The worker carries it out.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Simulation } from '#db/entities/simulation.entity.ts';
import { requestSimulation, type SimulationRejection } from '#db/simulations/request-simulation.ts';
import { findChain } from '#domain/chains.ts';
import { ApiError } from '#domain/errors.ts';
import { isIntentId } from '#domain/ids.ts';
import { formatDecimal } from '#domain/money.ts';
import { isScenario } from '#domain/simulations.ts';
import { callerOf } from '../authenticate.ts';
import type { ApiServices } from '../context.ts';
import { sendSuccess } from '../envelope.ts';
import { IDEMPOTENCY_HEADER, idempotencyClaim } from '../idempotency.ts';
import { readJsonBody, validationError } from '../json-body.ts';
import { responses } from '../openapi.ts';
import { simulationBody, simulationPayload } from '../simulation-schemas.ts';

const RETRY_AFTER_SECONDS = 60;

const forbidden = (reason: string, message: string): ApiError => new ApiError('forbidden', message, { reason });

const errorOf = (problem: SimulationRejection): ApiError => {
  switch (problem) {
    case 'not_found':
      return new ApiError('notFound', 'This payment was not found.');
    case 'not_a_test_store':
      return forbidden('not_a_test_store', 'Payments can be simulated in test stores only.');
    case 'test_chain_unavailable':
      return forbidden('test_chain_unavailable', 'This server has no test network that the order accepts.');
    case 'nothing_due':
    case 'no_other_coin':
      return validationError('scenario', problem);
    case 'reused':
      return validationError(IDEMPOTENCY_HEADER, 'reused');
    case 'too_many':
      return new ApiError('rateLimited', 'Too many simulations. Please try again in a minute.', {
        reason: 'simulation_limit',
        retry_after_seconds: RETRY_AFTER_SECONDS,
      });
  }
};

const payloadOf = (simulation: Simulation): z.output<typeof simulationPayload> => {
  const { chainId, coin, token, amountBaseUnits } = simulation;
  const decimals = findChain(chainId ?? 0)?.tokens.find(({ address }) => address === token)?.decimals;
  return {
    simulation_id: simulation.id,
    all_scale_checkout_intent_id: simulation.intent.id,
    scenario: simulation.scenario,
    chain_id: chainId ?? null,
    stable_coin_type: coin ?? null,
    coin_contract: token ?? null,
    amount_coins: amountBaseUnits && decimals !== undefined ? formatDecimal(amountBaseUnits, decimals, 4) : null,
    created_at: simulation.createdAt.toISOString(),
  };
};

export const simulateRoute =
  ({ orm, chains }: ApiServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/test/simulate',
      {
        preValidation: readJsonBody,
        schema: {
          tags: ['Test'],
          summary: 'Simulate a payment',
          description:
            'Test stores only (30001 `not_a_test_store`), where this server has a local chain (30001 `test_chain_unavailable`). Responds at once with what was started; events, webhooks and the checkout page follow as for a payment of a shopper. While a scenario of an order runs, the same request responds with the same simulation. `Idempotency-Key` works as for create. At most 30 in a minute.',
          body: simulationBody,
          headers: z.looseObject({ 'idempotency-key': z.string().optional() }),
          response: responses(simulationPayload),
        },
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const { checkout_intent_id: intentId, scenario } = request.body;
        if (!isIntentId(intentId) || !isScenario(scenario)) throw errorOf('not_found');
        const result = await requestSimulation(orm.em, {
          ...{ storeId: caller.key.storeId, intentId, scenario, chains, requestedBy: caller.key.apiKeyId },
          claim: idempotencyClaim(request, caller),
        });
        if (result.kind === 'rejected') throw errorOf(result.problem);
        return sendSuccess(request, reply, JSON.stringify(payloadOf(result.simulation)));
      },
    );
  };
