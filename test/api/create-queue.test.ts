// Creates that arrive at once are written by few statements, each as if it were alone: its own outcome, its own rows, once.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIntents, type PlainCreate } from '#db/intents/create-intent.ts';
import type { NewIntent } from '#db/intents/intent-columns.ts';
import { type Sql, sqlOf } from '#db/pool.ts';
import { FACTORY_ADDRESS } from '#domain/contract-addresses.ts';
import { depositAddress } from '#domain/deposit-address.ts';
import { makeContractId, makeIntentId } from '#domain/ids.ts';
import { centsOf, multiply, ONE_COIN } from '#domain/money.ts';
import { createQueue } from '#web/api/create-queue.ts';
import { type ApiServer, FEE_RECEIVER, RECEIVER, startApiServer } from './api-server.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => await server.close());

const newCreate = (changes: Partial<NewIntent> = {}, nonce = randomBytes(8).toString('hex')): PlainCreate => {
  const createdAt = new Date();
  const id = makeIntentId(createdAt.getTime() / 1_000, randomBytes(8));
  const terms = {
    receiver: RECEIVER,
    feeReceiver: FEE_RECEIVER,
    feeRateE9: 6_000_000n,
    contractId: makeContractId(randomBytes(12)),
  };
  const { storeId, apiKey: apiKeyId } = server.store;
  const intent: NewIntent = {
    id,
    storeId,
    apiKeyId,
    currency: 44,
    stableCoin: 2,
    amountCents: centsOf(123_456_789n),
    amountUnits: multiply(ONE_COIN, 1_234_567n),
    rateE10: 9_876_543_210n,
    acceptedStableCoins: [2, 1],
    acceptedChainIds: [31338, 31337],
    acceptsBridgedTokens: true,
    toleranceBps: 50,
    extensionSeconds: 1_800,
    orderId: 'order "1" \\ ü 💶',
    orderDescription: null,
    userId: 'null',
    userName: '',
    redirectUrl: 'https://shop.example/?a=1&b=%27',
    extraJson: '{"a":[1.0,"\\u0000",{"b":null}]}',
    factory: FACTORY_ADDRESS,
    ...terms,
    depositAddress: depositAddress(FACTORY_ADDRESS, terms),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 3_600_000),
    ...changes,
  };
  return { intent, nonce: { apiKeyId, nonce, expiresAt: new Date(createdAt.getTime() + 660_000) } };
};

/** Counts statements. */
const counted = (sql: Sql): Sql & { statements: string[] } => {
  const statements: string[] = [];
  return {
    statements,
    query(statement) {
      statements.push(statement.name);
      return sql.query(statement);
    },
  };
};

const rowsOf = async (ids: readonly string[]): Promise<Record<string, unknown>[]> =>
  await server.query(
    `select to_jsonb(i) - '{id,contract_id,deposit_address,created_at,updated_at,expires_at}'::text[] as terms,
       extract(epoch from i.expires_at - i.created_at)::int as seconds, i.updated_at = i.created_at as is_new,
       (select json_agg(json_build_array(t.kind, t.status_to, t.created_at = i.created_at)) from timeline_event t where t.intent_id = i.id) as events,
       (select json_agg(json_build_array(d.kind, d.dedupe_key = 'start_intent:' || i.id, d.data)) from dispatch d where d.subject_id = i.id) as queued
     from checkout_intent i where i.id = any(string_to_array(?, ',')) order by i.id`,
    [ids.join(',')],
  );

test('what is written together is what each would have written alone', async () => {
  const [alone, ...together] = Array.from({ length: 20 }, () => newCreate());
  const sql = counted(sqlOf(server.orm));
  const create = createQueue(sql);
  expect(await create(alone as PlainCreate)).toBe('created');
  expect(sql.statements).toEqual(['intent-create']);
  expect(await Promise.all(together.map(create))).toEqual(together.map(() => 'created'));
  expect(sql.statements.length).toBeLessThanOrEqual(4);
  expect(sql.statements.at(-1)).toBe('intent-create-many');
  const [first, ...others] = await rowsOf([alone, ...together].map((one) => one?.intent.id ?? ''));
  expect(first).toMatchObject({ seconds: 3_600, is_new: true, events: [['created', 1, true]] });
  expect(others).toEqual(together.map(() => first));
  const stored = await server.query<{ id: string; contract_id: string; deposit_address: string }>(
    `select id, contract_id, deposit_address from checkout_intent where id = any(string_to_array(?, ',')) order by id`,
    [together.map(({ intent }) => intent.id).join(',')],
  );
  const sorted = together.map(({ intent }) => intent).sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(stored.map(({ id, contract_id, deposit_address }) => [id, contract_id, deposit_address])).toEqual(
    sorted.map(({ id, contractId, depositAddress: address }) => [id, contractId, address]),
  );
});

test('of creates with one nonce, at once or later, one is created', async () => {
  const create = createQueue(sqlOf(server.orm));
  const creates = Array.from({ length: 60 }, (_, index) => newCreate({}, `shared-${index % 7}`));
  const outcomes = await Promise.all(creates.map(create));
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(7);
  expect(outcomes.filter((outcome) => outcome === 'nonce_spent')).toHaveLength(53);
  const created = creates.filter((_, index) => outcomes[index] === 'created').map(({ intent }) => intent.id);
  const stored = await server.query<{ id: string }>(
    `select id from checkout_intent where id = any(string_to_array(?, ','))`,
    [creates.map(({ intent }) => intent.id).join(',')],
  );
  expect(stored.map(({ id }) => id).sort()).toEqual(created.sort());
  const [again, fresh] = [newCreate({}, 'shared-3'), newCreate()];
  expect(await createIntents(sqlOf(server.orm), [again, fresh])).toEqual(new Set([fresh.intent.id]));
});

test('a nonce whose earlier use has expired is unspent', async () => {
  const [first, again] = [newCreate({}, 'expired'), newCreate({}, 'expired')];
  first.nonce.expiresAt = new Date(Date.now() - 1_000);
  expect(await createIntents(sqlOf(server.orm), [first])).toEqual(new Set([first.intent.id]));
  expect(await createIntents(sqlOf(server.orm), [again, newCreate()])).toContain(again.intent.id);
});

test('two servers with the same nonces in other orders do not lock each other up', async () => {
  const nonces = Array.from({ length: 40 }, (_, index) => `order-${index}`);
  const created = await Promise.all(
    [nonces, nonces.toReversed()].map((some) =>
      createIntents(
        sqlOf(server.orm),
        some.map((nonce) => newCreate({}, nonce)),
      ),
    ),
  );
  expect(created.reduce((sum, { size }) => sum + size, 0)).toBe(40);
});

test('one that Postgres rejects fails alone', async () => {
  const create = createQueue(sqlOf(server.orm));
  const creates = Array.from({ length: 12 }, (_, index) => newCreate(index === 8 ? { storeId: 'sto_missing' } : {}));
  const outcomes = await Promise.allSettled(creates.map(create));
  expect(outcomes.map(({ status }) => status)).toEqual(
    creates.map((_, index) => (index === 8 ? 'rejected' : 'fulfilled')),
  );
  expect(await rowsOf(creates.map(({ intent }) => intent.id))).toHaveLength(11);
});

test('a lost connection leaves open what is written: nothing is tried again', async () => {
  const sql = counted({ query: () => Promise.reject(new Error('Connection terminated unexpectedly')) });
  const create = createQueue(sql);
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => create(newCreate())));
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(sql.statements).toEqual(['intent-create', 'intent-create', 'intent-create-many']);
});

test('a hundred signed requests at once, some of them sent twice', async () => {
  const send = (order: number, nonce: string) =>
    server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 1_000 + order }, { nonce });
  const orders = Array.from({ length: 100 }, (_, index) => index);
  const replies = await Promise.all([...orders, ...orders.slice(0, 20)].map((order) => send(order, `sent-${order}`)));
  expect(replies.filter(({ json }) => json.code === 0)).toHaveLength(100);
  const replays = replies.filter(({ json }) => json.code !== 0);
  expect(replays.map(({ json }) => [json.code, json.error.details.reason])).toEqual(
    replays.map(() => [20002, 'spent_nonce']),
  );
  // Each response is that of its own request.
  for (const [index, { json }] of replies.entries())
    if (json.code === 0) expect(Number(json.payload.amount_coins)).toBe((1_000 + (index % 100)) / 100);
});
