// The worker's metrics against a real ledger and chain: what waits is counted, the rest is zero, and only the leader tells the gas.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { readRetention } from '#domain/retention.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { addTransfer, makeIntent, makeStore, randomAddress } from '#test/support/intents.ts';
import { silent } from '#test/support/payment-system.ts';
import { createActivityMetrics } from '#worker/activity-metrics.ts';
import { createGrowth } from '#worker/growth.ts';
import { createWorkerMetrics } from '#worker/metrics.ts';
import { createRelayerGas } from '#worker/relayer-gas.ts';
import { sharedRead } from '#worker/shared-read.ts';

const KEY = `0x${'4b'.repeat(32)}`;
let database: TestDatabase;
let orm: Orm;
let chain: TestChain;
let pool: RpcPool;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm({ databaseUrl: database.url });
  chain = await startTestChain();
  pool = createRpcPool({ chainId: chain.chainId, urls: [chain.rpcUrl], wsUrls: [] });
});
afterAll(async () => {
  await pool?.close();
  await chain?.stop();
  await orm?.close();
  await database?.drop();
});

const metricsOf = (isLeader = false, gas = noGas()) =>
  createWorkerMetrics({
    em: orm.em,
    pools: new Map([chain.chainId, 1].map((id) => [id, pool])),
    dispatcher: { counts: { done: 0, failed: 0 } },
    leaderTasks: { isLeader: () => isLeader },
    activityMetrics: createActivityMetrics([chain.chainId, 1]),
    gas,
    growth: createGrowth({ em: orm.em, retention: readRetention({}), logger: silent }),
    keptMs: 0,
  });
const noGas = () => createRelayerGas({ pools: new Map(), relayerKeys: [], logger: silent });

/** The series of our own metrics, by their line in the text format. */
const read = async (metrics = metricsOf()): Promise<Map<string, number>> =>
  new Map(
    (await metrics.metrics()).split('\n').flatMap((line) => {
      const [, series, value] = /^([a-z]\S*) (\S+)$/.exec(line) ?? [];
      return series ? [[series, Number(value)]] : [];
    }),
  );

test('a new system: everything is there and zero, but no chain has been read', async () => {
  const series = await read();
  for (const name of ['settlement_waiting', 'settlement_failing', 'relayer_trouble', 'chain_behind_blocks']) {
    expect(series.get(`${name}{chain_id="31337"}`), name).toBe(0);
  }
  expect(series.get('chain_trouble{chain_id="1"}')).toBe(1);
  expect(series.get('review_open{kind="reorg_after_confirmed"}')).toBe(0);
  expect(series.get('webhook_attempts_total{outcome="retry"}')).toBe(0);
  expect(series.get('payment_seen_seconds_count{chain_id="1"}')).toBe(0);
  for (const name of ['webhook_pending', 'webhook_overdue_seconds', 'email_pending', 'email_late']) {
    expect(series.get(name), name).toBe(0);
  }
});

test('what waits is counted by chain and kind', async () => {
  const store = await makeStore(orm.em);
  const intent = await makeIntent(orm.em, store);
  const transferId = await addTransfer(orm.em, intent, { state: 'confirmed' });
  const execute = (sql: string, values: unknown[] = []) => orm.em.fork().execute(sql, values);
  await execute(
    `insert into settlement (intent_id, chain_id, token, state, attempts, created_at) values
     (?, 31337, 'a', 'pending', 3, now() - interval '2 hours'), (?, 31337, 'b', 'sending', 0, now())`,
    [intent, intent],
  );
  await execute(
    `insert into review_item (intent_id, transfer_id, kind, found, created_at) values (?, ?, 'late', '{}', now() - interval '3 hours')`,
    [intent, transferId],
  );
  await execute(
    `insert into chain_cursor (chain_id, block_number, block_hash, block_time, final_block_number, head_number, head_seen_at, trouble) values
     (31337, 90, '0x', now() - interval '5 minutes', 80, 100, now() - interval '1 minute', null),
     (1, 7, '0x', now() - interval '5 minutes', 7, 7, now(), 'no provider responds')`,
  );
  await execute(`insert into relayer_account (chain_id, address, trouble) values (1, ?, 'no gas')`, [randomAddress()]);
  await execute(
    `insert into webhook_event (id, transaction_id, store_id, intent_id, event_type, body, state, next_attempt_at) values
     ('evt_1', 'txn_1', ?, ?, 'checkout_intent.confirmed', '{}', 'pending', now() - interval '20 minutes')`,
    [store.storeId, intent],
  );
  for (const recipient of ['a@shop.example', 'b@shop.example']) {
    const data = { link: 'https://pay.example/dashboard' };
    await queueEmail(orm.em.fork(), {
      kind: 'store_activated',
      subjectId: store.storeId,
      recipient,
      storeId: store.storeId,
      data,
    });
  }
  await execute(
    `update email_message set created_at = now() - interval '16 minutes' where recipient = 'a@shop.example'`,
  );

  const series = await read();
  const at = (name: string) => series.get(name) ?? Number.NaN;
  expect(at('settlement_waiting{chain_id="31337"}')).toBe(2);
  expect(at('settlement_failing{chain_id="31337"}')).toBe(1);
  expect(at('settlement_oldest_seconds{chain_id="31337"}')).toBeGreaterThanOrEqual(7200);
  expect(at('settlement_waiting{chain_id="1"}')).toBe(0);
  expect(at('review_open{kind="late"}')).toBe(1);
  expect(at('review_oldest_seconds{kind="late"}')).toBeGreaterThanOrEqual(10_800);
  expect(at('chain_behind_blocks{chain_id="31337"}')).toBe(10);
  expect(at('chain_behind_seconds{chain_id="31337"}')).toBeGreaterThanOrEqual(299);
  expect(at('chain_head_age_seconds{chain_id="31337"}')).toBeGreaterThanOrEqual(60);
  expect(at('chain_trouble{chain_id="31337"}')).toBe(0);
  // At its head, however old the head is.
  expect(at('chain_behind_seconds{chain_id="1"}')).toBe(0);
  expect(at('chain_trouble{chain_id="1"}')).toBe(1);
  expect(at('relayer_trouble{chain_id="1"}')).toBe(1);
  expect(at('relayer_trouble{chain_id="31337"}')).toBe(0);
  expect(at('webhook_pending')).toBe(1);
  expect(at('webhook_overdue_seconds')).toBeGreaterThanOrEqual(1200);
  expect(at('email_pending')).toBe(2);
  expect(at('email_late')).toBe(1);
});

test("the leader tells the relayer's gas; a chain that does not respond is left out", async () => {
  const dead = createRpcPool({ chainId: 1, urls: ['http://127.0.0.1:9'], wsUrls: [] });
  const gas = createRelayerGas({
    pools: new Map([
      [chain.chainId, pool],
      [1, dead],
    ]),
    relayerKeys: [KEY],
    logger: silent,
  });
  const { Wallet } = await import('ethers');
  await chain.call('anvil_setBalance', [new Wallet(KEY).address, `0x${(5n * 10n ** 17n).toString(16)}`]);
  await gas.pass();
  const leader = await read(metricsOf(true, gas));
  expect(leader.get('relayer_balance_coins{chain_id="31337"}')).toBe(0.5);
  // 0.5 coins at 2 gwei (base and tip) and 93,000 gas are some 2,700.
  expect(leader.get('relayer_settlements_left{chain_id="31337"}')).toBeGreaterThan(1_000);
  expect(leader.has('relayer_balance_coins{chain_id="1"}')).toBe(false);
  expect([...(await read(metricsOf(false, gas))).keys()].filter((name) => name.startsWith('relayer_balance'))).toEqual(
    [],
  );
  await dead.close();
});

test('gauges of a scrape share a read, a kept read is not repeated, and a failed one is', async () => {
  let reads = 0;
  let fails = true;
  const figure = sharedRead(async () => {
    reads += 1;
    if (fails) throw new Error('away');
    return reads;
  }, 60_000);
  await expect(Promise.all([figure(), figure()])).rejects.toThrow('away');
  expect(reads).toBe(1);
  fails = false;
  expect(await Promise.all([figure(), figure()])).toEqual([2, 2]);
  expect(await figure()).toBe(2);
});

test("calls of the chains' providers are counted by chain and method, and grow with them", async () => {
  const calls = 'rpc_calls_total{chain_id="31337",method="eth_blockNumber"}';
  const requests = 'rpc_requests_total{chain_id="31337"}';
  const before = await read();
  await pool.use(async (provider) => {
    await provider.call('eth_blockNumber', []);
    await provider.batch([
      { method: 'eth_blockNumber', params: [] },
      { method: 'eth_blockNumber', params: [] },
    ]);
  });
  const after = await read();
  expect((after.get(calls) ?? 0) - (before.get(calls) ?? 0)).toBe(3);
  // The first use of a provider asks for its chain id too.
  expect((after.get(requests) ?? 0) - (before.get(requests) ?? 0)).toBe(before.get(requests) === 0 ? 3 : 2);
});
