// POST /v1/test/simulate: what it starts, and all that it refuses. That the worker carries it out is in test/e2e/walks/simulations.ts.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Simulation } from '#db/entities/simulation.entity.ts';
import { changeIntent } from '#db/intents/change-intent.ts';
import { requestSimulation, SIMULATIONS_PER_MINUTE } from '#db/simulations/request-simulation.ts';
import { BUILT_IN_CHAINS } from '#domain/chains.ts';
import type { IntentId } from '#domain/ids.ts';
import { SCENARIOS } from '#domain/simulations.ts';
import { IntentStatus } from '#domain/status.ts';
import { success } from '#web/api/schemas.ts';
import { simulationPayload } from '#web/api/simulation-schemas.ts';
import { type ApiServer, startApiServer, type TestStore } from './api-server.ts';

let api: ApiServer;
let store: TestStore;
beforeAll(async () => {
  api = await startApiServer();
  store = await api.newStore({ isTest: true });
});
afterAll(async () => await api?.close());

const ORDER = { stable_coin: 1, amount_cents: 1000, accepted_stable_coins: [1] };
const create = async (of: TestStore = store, order: object = ORDER): Promise<string> => {
  const { json } = await of.post('/v1/checkout_intents/', order);
  return (json.payload as { allscale_checkout_intent_id: string }).allscale_checkout_intent_id;
};
const simulate = (intentId: unknown, scenario: unknown, of: TestStore = store, headers = {}) =>
  of.post('/v1/test/simulate', { checkout_intent_id: intentId, scenario }, { headers });
const rows = (intentId: string): Promise<Simulation[]> =>
  api.orm.em.fork().find(Simulation, { intent: intentId as IntentId }, { orderBy: { createdAt: 'asc' } });
const end = (id: string) =>
  api.query(`update simulation set state = 'done', finished_at = now() where intent_id = ?`, [id]);

describe('what it starts', () => {
  test.each([
    ['paid', '10.0000', 1],
    ['short', '5.0000', 1],
    ['over', '11.0000', 1],
    ['late', '10.0000', 1],
    ['reorganised', '10.0000', 1],
    ['wrong_coin', '10.0000', 2],
    ['expired', null, null],
  ] as const)('%s', async (scenario, amount, coin) => {
    const id = await create();
    const response = await simulate(id, scenario);
    const { payload } = success(simulationPayload).parse(response.json);
    expect(payload).toMatchObject({
      ...{ all_scale_checkout_intent_id: id, scenario, amount_coins: amount, stable_coin_type: coin },
      chain_id: amount === null ? null : 31337,
    });
    expect(await rows(id)).toMatchObject([{ id: payload.simulation_id, state: 'queued', requestedBy: store.apiKey }]);
  });

  test('a repeated request is the same simulation while it runs, and another one after its end', async () => {
    const id = await create();
    const ids = async () => ((await simulate(id, 'paid')).json.payload as { simulation_id: string }).simulation_id;
    const [first, ...more] = await Promise.all([ids(), ids(), ids()]);
    expect(new Set([first, ...more]).size).toBe(1);
    await end(id);
    expect(await ids()).not.toBe(first);
    expect(await rows(id)).toHaveLength(2);
  });

  test('an idempotency key starts one, also after its end; with another body it is rejected', async () => {
    const id = await create();
    const headers = { 'Idempotency-Key': 'a' };
    const first = await simulate(id, 'paid', store, headers);
    await end(id);
    expect((await simulate(id, 'paid', store, headers)).json.payload).toEqual(first.json.payload);
    expect((await simulate(id, 'over', store, headers)).json).toMatchObject({
      code: 10001,
      error: { details: { field: 'Idempotency-Key', reason: 'reused' } },
    });
    expect(await rows(id)).toHaveLength(1);
  });
});

describe('what it refuses', () => {
  const refusal = ({ status, json }: Awaited<ReturnType<typeof simulate>>) => [status, json.code, json.error?.details];

  test.each([...SCENARIOS])('a live store: %s', async (scenario) => {
    const id = await create(api.store);
    expect(refusal(await simulate(id, scenario, api.store))).toEqual([403, 30001, { reason: 'not_a_test_store' }]);
    expect(await rows(id)).toEqual([]);
  });

  test('an order of another store, and ids that are none', async () => {
    const other = await api.newStore({ isTest: true });
    for (const id of [await create(other), '0'.repeat(24), 'x', '']) {
      expect((await simulate(id, 'paid')).json.code).toBe(50001);
    }
  });

  test.each([
    ['no body member', {}, 'checkout_intent_id', 'required'],
    ['a number as the id', { checkout_intent_id: 1, scenario: 'paid' }, 'checkout_intent_id', 'not_a_string'],
    ['no scenario', { checkout_intent_id: 'x' }, 'scenario', 'required'],
    ['an unknown scenario', { checkout_intent_id: 'x', scenario: 'PAID' }, 'scenario', 'unknown_scenario'],
    ['a name of every object', { checkout_intent_id: 'x', scenario: '__proto__' }, 'scenario', 'unknown_scenario'],
    ['a list', [], 'body', 'not_an_object'],
  ])('%s', async (_name, body, field, reason) => {
    const response = await store.post('/v1/test/simulate', body);
    expect(refusal(response)).toEqual([400, 10001, { field, reason }]);
  });

  test('what has nothing to do, and a wrong coin where every coin is taken', async () => {
    const id = await create();
    await changeIntent(api.orm.em.fork(), { intentId: id as IntentId, actor: 'workflow', to: IntentStatus.CANCELED });
    for (const scenario of ['paid', 'short', 'expired', 'reorganised']) {
      expect(refusal(await simulate(id, scenario))[2]).toEqual({ field: 'scenario', reason: 'nothing_due' });
    }
    expect((await simulate(id, 'late')).json.code).toBe(0);
    const all = await api.newStore({ isTest: true, acceptsBridgedTokens: true });
    const open = await create(all, { ...ORDER, accepted_stable_coins: [1, 2] });
    expect(refusal(await simulate(open, 'wrong_coin', all))[2]).toEqual({ field: 'scenario', reason: 'no_other_coin' });
  });

  test('a server without a local chain that the order accepts', async () => {
    const id = (await create()) as IntentId;
    const ask = { storeId: null, intentId: id, scenario: 'paid', requestedBy: 'test', claim: null } as const;
    const real = BUILT_IN_CHAINS.filter(({ local }) => !local);
    for (const chains of [[], real]) {
      expect(await requestSimulation(api.orm.em, { ...ask, chains })).toEqual({
        kind: 'rejected',
        problem: 'test_chain_unavailable',
      });
    }
  });

  test('more than a minute allows', async () => {
    const busy = await api.newStore({ isTest: true });
    const ids = await Promise.all(Array.from({ length: SIMULATIONS_PER_MINUTE + 3 }, () => create(busy)));
    const codes = await Promise.all(ids.map(async (id) => (await simulate(id, 'paid', busy)).json.code));
    expect(codes.filter((code) => code === 40001)).toHaveLength(3);
    const last = await simulate(await create(busy), 'paid', busy);
    expect(refusal(last)).toEqual([429, 40001, { reason: 'simulation_limit', retry_after_seconds: 60 }]);
    expect(last.headers['retry-after']).toBe('60');
  });
});

describe('the table', () => {
  const insert = (values: { store: string; intent: string; chain: number }) =>
    api.query(
      `insert into simulation (id, store_id, intent_id, scenario, chain_id, coin, token, amount_base_units, requested_by)
       values (gen_random_uuid()::text, ?, ?, 'paid', ?, 1, '0x', 1, 'somebody')`,
      [values.store, values.intent, values.chain],
    );

  test('takes no live store, no order of another store and no real chain, whoever writes', async () => {
    const [own, live] = [await create(), await create(api.store)];
    await expect(insert({ store: api.store.storeId, intent: live, chain: 31337 })).rejects.toThrow('test store only');
    await expect(insert({ store: store.storeId, intent: live, chain: 31337 })).rejects.toThrow('test store only');
    for (const { id } of BUILT_IN_CHAINS.filter(({ local }) => !local)) {
      await expect(insert({ store: store.storeId, intent: own, chain: id })).rejects.toThrow('simulation_chain_check');
    }
    await insert({ store: store.storeId, intent: own, chain: 31337 });
  });
});
