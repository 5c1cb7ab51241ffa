// Simulated payments of test stores (decision 0080). The table itself refuses live stores and real chains, whatever process writes.
import { defineEntity, p } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import type { CoinId } from '#domain/coins.ts';
import type { BaseUnits } from '#domain/money.ts';
import { SCENARIOS, type Scenario } from '#domain/simulations.ts';
import { Uint } from '../types.ts';
import { CheckoutIntent } from './intent.entity.ts';
import { Store } from './store.entity.ts';

/** `ending`: the order's time is over, and its end is awaited. `sent`: the transaction is known. */
export type SimulationState = 'queued' | 'ending' | 'paying' | 'sent' | 'done' | 'failed';

const LOCAL_IDS = BUILT_IN_CHAINS.flatMap(({ id, local }) => (local ? [id] : [])).join(', ');

export const SimulationSchema = defineEntity({
  name: 'Simulation',
  tableName: 'simulation',
  properties: {
    /** `sim_…`; the payer's account is made from it. */
    id: p.text().primary(),
    /** A trigger refuses a store that is not a test store, and an order of another store (migration 0037). */
    store: () => p.manyToOne(Store),
    intent: () => p.manyToOne(CheckoutIntent),
    scenario: p.text().$type<Scenario>(),
    /** Null where the scenario pays nothing. */
    chainId: p.integer().nullable(),
    coin: p.smallint().$type<CoinId>().nullable(),
    token: p.text().$type<Address>().nullable(),
    amountBaseUnits: p.type(Uint).$type<BaseUnits>().nullable(),
    /** An API key's id, `dashboard` or `checkout`. */
    requestedBy: p.text(),
    /** The `Idempotency-Key` that it came with, and a hash of the body. */
    idempotencyKey: p.text().nullable(),
    bodySha256: p.text().nullable(),
    state: p.text().$type<SimulationState>().default('queued'),
    txHash: p.text().$type<Hex>().nullable(),
    /** Why it failed, or what the last attempt met. */
    lastError: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'simulation_chain_check', expression: `chain_id in (${LOCAL_IDS})` },
    {
      name: 'simulation_scenario_check',
      expression: `scenario in (${SCENARIOS.map((name) => `'${name}'`).join(', ')})`,
    },
    {
      name: 'simulation_state_check',
      expression: "state in ('queued', 'ending', 'paying', 'sent', 'done', 'failed')",
    },
    {
      name: 'simulation_transfer_check',
      expression:
        "(scenario = 'expired') = (chain_id is null) and num_nulls(chain_id, coin, token, amount_base_units) in (0, 4)",
    },
    { name: 'simulation_end_check', expression: "(state in ('done', 'failed')) = (finished_at is not null)" },
  ],
  indexes: [
    {
      name: 'simulation_open_unique',
      expression: `create unique index "simulation_open_unique" on "simulation" ("intent_id", "scenario") where finished_at is null`,
    },
    {
      name: 'simulation_key_unique',
      expression: `create unique index "simulation_key_unique" on "simulation" ("intent_id", "idempotency_key") where idempotency_key is not null`,
    },
    {
      name: 'simulation_due_index',
      expression: `create index "simulation_due_index" on "simulation" ("created_at") where finished_at is null`,
    },
    { name: 'simulation_intent_index', properties: ['intent', 'createdAt'] },
    { name: 'simulation_store_index', properties: ['store', 'createdAt'] },
  ],
});
export class Simulation extends SimulationSchema.class {}
SimulationSchema.setClass(Simulation);
