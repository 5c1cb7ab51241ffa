// Every alarm that alerts.test.ts does not raise, by its cause on a real ledger and a real chain. What a worker does is started and stopped
// here, or done a pass at a time; time passes by moving stored moments back. A real Prometheus scrapes the metrics of worker and web.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntentActivities } from '#activities/intent.ts';
import { loadChains } from '#chain/chains-file.ts';
import { createRpcPool, type RpcPool } from '#chain/rpc-pool.ts';
import { createWatcher } from '#chain/watcher.ts';
import { queueEmail } from '#db/delivery/queue-emails.ts';
import { createWatchLedger } from '#db/watching/watch-ledger.ts';
import { chainById } from '#domain/chains.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { DECIMALS_CALLDATA } from '#domain/erc20.ts';
import { ONE_COIN } from '#domain/money.ts';
import { readRetention } from '#domain/retention.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { IntentStatus } from '#domain/status.ts';
import { localAccount } from '#scripts/lib/local-accounts.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { type ApiServer, startApiServer } from '#test/api/api-server.ts';
import { paidIntent, startRelayer } from '#test/chain/support/settling.ts';
import {
  caughtUp,
  type PayableChain,
  silentLog,
  startPayableChain,
  startWorld,
  type World,
} from '#test/chain/support/world.ts';
import { makeWebhookEvent } from '#test/support/intents.ts';
import { createWebMetrics, startMetricsServer } from '#web/http/web-metrics.ts';
import { createActivityMetrics } from '#worker/activity-metrics.ts';
import { type BooksVerifier, createBooksVerifier } from '#worker/books/books-verifier.ts';
import { createGrowth, type Growth } from '#worker/growth.ts';
import { createWorkerMetrics } from '#worker/metrics.ts';
import { createRelayerGas, type RelayerGas } from '#worker/relayer-gas.ts';
import { alarms, type Prometheus, RAISED_BY_PROCESSES, startPrometheus } from './prometheus.ts';

const CHAIN = 31337;
const RELAYER = localAccount('relayer');
/** The promise of `payment_seen_seconds`, and more than the least number of payments that an alarm needs. */
const LATE_MS = 5_500;
const MANY = 12;

let world: World;
let chain: PayableChain;
let proxy: LyingRpc;
let pool: RpcPool;
let api: ApiServer;
let prometheus: Prometheus;
let gas: RelayerGas;
let growth: Growth;
let books: BooksVerifier;
/** Of the worker process that runs now. */
let worker: Registry;
const seen = createActivityMetrics([CHAIN]);
/** What to end, the last first. */
const ends: (() => unknown)[] = [];

const sql = async (text: string, values: readonly unknown[] = []): Promise<void> => {
  await world.orm.em.fork().execute(text, [...values]);
};

/** A worker's watcher. @returns how to stop it */
const watch = (): (() => Promise<void>) => {
  const stored = createWatchLedger(world.orm.em);
  const ledger: typeof stored = {
    ...stored,
    async commit(step) {
      const result = await stored.commit(step);
      for (const news of result.transfers)
        if (news.kind === 'seen' && news.seenAfter !== null) seen.paymentSeen(CHAIN, news.seenAfter);
      return result;
    },
  };
  const abort = new AbortController();
  const deps = { chain: chainById(CHAIN), pool, ledger, log: silentLog, owner: 'watcher' };
  const running = createWatcher(deps).run(abort.signal);
  return async () => {
    abort.abort();
    await running;
  };
};
let stopWatching: () => Promise<void> = async () => {};

const startWorker = (): Registry =>
  createWorkerMetrics({
    ...{ em: world.orm.em, pools: new Map([[CHAIN, pool]]), activityMetrics: seen, gas, growth, keptMs: 0 },
    ...{ dispatcher: { counts: { done: 0, failed: 0 } }, leaderTasks: { isLeader: () => true } },
  });

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-causes-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  [world, chain] = await Promise.all([startWorld(), startPayableChain(CHAIN)]);
  ends.push(
    () => chain.stop(),
    () => world.close(),
  );
  proxy = await startLyingRpc(chain.rpcUrl);
  ends.push(() => proxy.stop());
  pool = createRpcPool({ chainId: CHAIN, urls: [proxy.url], timeoutMs: 2_000 });
  ends.push(() => pool.close());
  const pools = new Map([[CHAIN, pool]]);
  gas = createRelayerGas({ pools, relayerKeys: [RELAYER.privateKey], logger: silentLog });
  growth = createGrowth({ em: world.orm.em, retention: readRetention({}), logger: silentLog });
  // As days later: a pass verifies whenever it is asked to.
  const now = (): number => Date.now() + 2 * 86_400_000;
  books = createBooksVerifier({ em: world.orm.em, pools, logger: silentLog, now });
  const web = createWebMetrics();
  api = await startApiServer({ metrics: web });
  ends.push(() => api.close());

  stopWatching = watch();
  ends.push(() => stopWatching());
  await chain.mine(5);
  await caughtUp(world, chain);
  await Promise.all([gas.pass(), growth.shorten(), books.pass()]);
  worker = startWorker();
  const [webPort, workerPort] = [await freePort(), await freePort()];
  ends.push(await startMetricsServer({ register: web, host: '127.0.0.1', port: webPort }));
  const present = { contentType: worker.contentType, metrics: () => worker.metrics() } as Registry;
  ends.push(await startMetricsServer({ register: present, host: '127.0.0.1', port: workerPort }));
  const ports = { 'checkout-web': webPort, 'checkout-worker': workerPort };
  prometheus = await startPrometheus(folder, ports, alarms());
  ends.push(() => prometheus.stop());
});
afterAll(async () => {
  loadChains({});
  for (const end of ends.toReversed()) await end();
});

const create = async (): Promise<void> => {
  await api.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
};

/** Orders of one coin that are paid while nobody watches, until their blocks are older than the promise. */
const payUnseen = async (): Promise<void> => {
  await stopWatching();
  for (let count = 0; count < MANY; count += 1) await chain.pay((await world.createIntent()).depositAddress, ONE_COIN);
  const { timestamp } = await chain.call<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
  await expect.poll(() => Date.now() - Number(timestamp) * 1000).toBeGreaterThan(LATE_MS);
  stopWatching = watch();
  await caughtUp(world, chain);
};

/** A payment that its order's workflow has looked at, and what it does when a reorganisation removes it. */
const payAndRemove = async (): Promise<void> => {
  const orders = createIntentActivities({ em: world.orm.em, screening: createStaticScreening([]) });
  const intent = await world.createIntent();
  await chain.pay(intent.depositAddress, intent.amountUnits);
  await chain.mine(2);
  await caughtUp(world, chain);
  expect(await orders.lookAndWrite(intent.id)).toMatchObject({ status: IntentStatus.CONFIRMED });
  await chain.call('anvil_reorg', [3, []]);
  await caughtUp(world, chain);
  await orders.lookAndWrite(intent.id);
};

/** Creates wait for a lock that somebody holds for over a second. */
const createSlowly = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: api.database.url });
  await client.connect();
  try {
    await client.query('begin; lock table checkout_intent in access exclusive mode');
    const since = Date.now();
    const creates = Array.from({ length: MANY }, create);
    await expect.poll(() => Date.now() - since).toBeGreaterThan(1_200);
    await client.query('commit');
    await Promise.all(creates);
  } finally {
    await client.end();
  }
};

const CAUSES: readonly [alarm: string, cause: string, make: () => Promise<unknown>][] = [
  [
    'CheckoutDispatchStuck',
    'no worker that takes rows of the outbox',
    async () => {
      await chain.pay((await world.createIntent()).depositAddress, ONE_COIN);
      await caughtUp(world, chain);
      await sql(`update dispatch set created_at = created_at - interval '2 minutes' where done_at is null`);
    },
  ],
  ['CheckoutCreateSlow', 'a lock that is held for over a second', createSlowly],
  [
    'CheckoutCreateErrors',
    'a database that is gone',
    async () => {
      await api.database.drop();
      // The series begins with the first; what is counted comes after it.
      await create();
      await expect
        .poll(() => prometheus.value('sum(http_request_duration_seconds_count{method="POST",status=~"5.."})'))
        .toBe(1);
      for (let count = 0; count < MANY; count += 1) await create();
    },
  ],
  ['CheckoutPaymentsSeenLate', 'a watcher that stands still while payments come', payUnseen],
  ['CheckoutPaymentReorganised', 'a reorganisation below a confirmed payment', payAndRemove],
  [
    'CheckoutReviewOld',
    'nobody who decides for a day',
    () => sql(`update review_item set created_at = created_at - interval '25 hours'`),
  ],
  [
    'CheckoutWebhooksOverdue',
    'no worker that delivers webhooks',
    async () => {
      await makeWebhookEvent(world.orm.em, (await world.createIntent()).id);
      await sql(`update webhook_event set created_at = created_at - interval '11 minutes'`);
    },
  ],
  [
    'CheckoutEmailBacklog',
    'no worker that sends e-mails',
    async () => {
      const data = {
        began: [],
        reminded: [],
        ended: [],
        isTest: true,
        link: 'https://pay.example.com/operator/alerts',
      };
      for (const index of [1, 2, 3, 4, 5])
        await queueEmail(world.orm.em, {
          ...{ kind: 'operator_alert', subjectId: `test:${index}`, recipient: 'ops@example.com', data },
        });
      await sql(`update email_message set created_at = created_at - interval '16 minutes' where state = 'pending'`);
    },
  ],
  [
    'CheckoutRelayerGasLow',
    'a key without coins',
    async () => {
      await chain.call('anvil_setBalance', [RELAYER.address, '0x1']);
      await gas.pass();
    },
  ],
  [
    'CheckoutRelayerTrouble',
    'a settlement that this key must pay',
    async () => {
      await paidIntent(world, chain, ONE_COIN);
      const relayer = startRelayer(world, CHAIN, chain.rpcUrl);
      ends.push(() => relayer.stop());
    },
  ],
  [
    'CheckoutSettlementsFailing',
    'a settlement that waits for two hours',
    () => sql(`update settlement set created_at = created_at - interval '2 hours'`),
  ],
  [
    'CheckoutTokenMismatch',
    'a token whose contract says other decimals',
    async () => {
      proxy.lie = {
        response: async (method, params, truth) => {
          const [call] = params as [{ to?: string; data?: string }];
          const isIt = method === 'eth_call' && call.to === LOCAL_TOKENS.usdt0 && call.data === DECIMALS_CALLDATA;
          return isIt ? `0x${(18).toString(16).padStart(64, '0')}` : await truth();
        },
      };
      await stopWatching();
      stopWatching = watch();
      await chain.mine(3);
    },
  ],
  [
    'CheckoutChainBehind',
    'no watcher for three minutes',
    async () => {
      await stopWatching();
      await sql(`update chain_cursor set head_seen_at = head_seen_at - interval '3 minutes'`);
    },
  ],
  [
    'CheckoutChainsDiffer',
    'a worker that starts with other settings of a network than web',
    async () => {
      loadChains({ CHAIN_SETTINGS: '{"1": {"settleWithinMinutes": 30}}' });
      worker = startWorker();
    },
  ],
  [
    'CheckoutBooksDiffer',
    'somebody who changes the database',
    async () => {
      await sql(`update token_transfer set amount_base_units = amount_base_units + 1, amount_units = amount_units + 1e12
        where id = (select min(id) from token_transfer where booking_id is null and state <> 'orphaned')`);
      await books.pass();
    },
  ],
  [
    'CheckoutBooksOld',
    'nobody who verifies the books for three days',
    () => sql(`update books_check set started_at = started_at - interval '3 days'`),
  ],
  [
    'CheckoutLogsOverdue',
    'a transaction that keeps an old row locked',
    async () => {
      await sql(`insert into email_message (id, kind, subject_id, recipient, data, state, created_at)
        values ('eml_old', 'password_reset', 'old', 'ada@example.com', '{}', 'sent', now() - interval '402 days')`);
      const client = new pg.Client({ connectionString: world.databaseUrl });
      await client.connect();
      ends.push(() => client.end());
      await client.query(`begin; select from email_message where id = 'eml_old' for update`);
      await growth.shorten();
    },
  ],
];

test('nothing fires on health', async () => {
  await create();
  await expect.poll(() => prometheus.value('sum(up)').catch(() => 0)).toBe(2);
  await expect
    .poll(() => prometheus.value('sum(http_request_duration_seconds_count{method="POST",status="200"})'))
    .toBe(1);
  await expect.poll(() => prometheus.value('relayer_settlements_left')).toBeGreaterThan(100);
  await expect.poll(() => prometheus.value('log_overdue_seconds{kind="emails"} offset 4s')).toBe(0);
  expect(await prometheus.firingNames()).toEqual([]);
});

describe('raises its alarm', () => {
  test.each(CAUSES)('%s: %s', async (alarm, _cause, make) => {
    expect(await prometheus.firingNames()).not.toContain(alarm);
    await make();
    await expect.poll(prometheus.firingNames).toContain(alarm);
  });
});

test('every alarm is raised once by its cause, here or on whole processes', () => {
  expect([...CAUSES.map(([alarm]) => alarm), ...RAISED_BY_PROCESSES].toSorted()).toEqual(alarms().toSorted());
});
