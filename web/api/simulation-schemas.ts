// The wire types of simulated payments as zod schemas, like schemas.ts.
import { z } from 'zod';
import { isScenario, SCENARIOS } from '#domain/simulations.ts';
import type { ValidationReason } from '#domain/validation-reasons.ts';
import { SIMULATION_EXAMPLE } from './openapi-examples.ts';

const textOr = ({ input }: { input: unknown }): ValidationReason =>
  input === undefined || input === null ? 'required' : 'not_a_string';

export const simulationBody = z
  .object(
    {
      checkout_intent_id: z
        .string({ error: textOr })
        .describe('`allscale_checkout_intent_id` from the create response.'),
      scenario: z
        .string({ error: textOr })
        .refine(isScenario, { error: 'unknown_scenario' satisfies ValidationReason })
        .meta({ enum: [...SCENARIOS] })
        .describe(
          'paid: what is due. short: half of it. over: a tenth of the price more. late: the time to pay ends, then the price comes. expired: the time to pay ends. reorganised: what is due, and a reorganisation removes it. wrong_coin: the price in a coin that the order does not take.',
        ),
    },
    { error: 'not_an_object' satisfies ValidationReason },
  )
  .meta({ examples: [{ checkout_intent_id: SIMULATION_EXAMPLE.all_scale_checkout_intent_id, scenario: 'paid' }] });

export const simulationPayload = z
  .strictObject({
    simulation_id: z.string().describe('`sim_…`'),
    all_scale_checkout_intent_id: z.string(),
    scenario: z.enum(SCENARIOS),
    chain_id: z.int().nullable().describe('Null where the scenario pays nothing.'),
    stable_coin_type: z.int().nullable(),
    coin_contract: z.string().nullable().meta({ pattern: '^0x[0-9a-fA-F]{40}$' }),
    amount_coins: z.string().nullable(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ examples: [SIMULATION_EXAMPLE] });
