// Why a payment cannot be simulated, as a message for the order's page.
import type { SimulationRejection } from '#db/simulations/request-simulation.ts';
import { UserError } from '#domain/errors.ts';

const MESSAGES: Record<SimulationRejection, string> = {
  not_found: 'There is no such order, or no such scenario.',
  not_a_test_store: 'Payments can be simulated in test stores only.',
  test_chain_unavailable: 'This server has no test network that the order accepts.',
  nothing_due: 'There is nothing to do: the order is paid or has ended.',
  no_other_coin: 'The order accepts every coin of its networks, so no coin is wrong.',
  reused: 'This was started before.',
  too_many: 'Too many simulations in a minute. Wait a moment.',
};

export const simulationError = (problem: SimulationRejection): UserError => new UserError(problem, MESSAGES[problem]);
