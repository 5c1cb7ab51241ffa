// A real Prometheus scrapes a real worker and web server, and alarms are raised by real causes: receivers that respond with 500, a chain that
// is gone, a worker that is killed. The rules are those of docs/operations, with shorter waits. The other alarms: causes.test.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { startTemporal } from '#scripts/lib/stack/temporal.ts';
import { startApiServer } from '#test/api/api-server.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { addTransfer, makeIntent, makeStore } from '#test/support/intents.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createWebMetrics, startMetricsServer } from '#web/http/web-metrics.ts';
import { endChild, OPERATIONS, type Prometheus, RAISED_BY_PROCESSES, startPrometheus } from './prometheus.ts';

const ORDERS = 12;

let folder: string;
let api: Awaited<ReturnType<typeof startApiServer>>;
let chain: TestChain;
let receiver: TestReceiver;
let worker: ChildProcess;
let prometheus: Prometheus;
/** What to end, the last first. */
const ends: (() => unknown)[] = [];

const start = (command: string, args: readonly string[], variables: Record<string, string>): ChildProcess => {
  const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'development' as const, ...variables };
  const child = spawn(command, args, { cwd: REPOSITORY, env, stdio: 'ignore' });
  ends.push(() => endChild(child));
  return child;
};

const startWorker = (databaseUrl: string, temporal: string, port: number): ChildProcess =>
  start(process.execPath, ['worker/main.ts'], {
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal,
    MASTER_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
    WORKER_HEALTH_PORT: String(port),
    RPC_URLS_31337: chain.rpcUrl,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkout-alerts-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const metrics = createWebMetrics();
  api = await startApiServer({ metrics });
  ends.push(() => api.close());
  const [webPort, workerPort] = [await freePort(), await freePort()];
  ends.push(await startMetricsServer({ register: metrics, host: '127.0.0.1', port: webPort }));
  chain = await startTestChain();
  ends.push(() => chain.stop());
  receiver = await startReceiver();
  ends.push(() => receiver.stop());
  const temporal = await startTemporal({ dataDir: folder, port: await freePort(), persistent: false });
  ends.push(() => temporal.stop());
  worker = startWorker(api.database.url, temporal.address, workerPort);
  const ports = { 'checkout-web': webPort, 'checkout-worker': workerPort };
  prometheus = await startPrometheus(folder, ports, RAISED_BY_PROCESSES);
  ends.push(() => prometheus.stop());
});

afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

/** Orders that are paid at once; each sends its webhook. */
const payOrders = async (): Promise<void> => {
  const { em } = api.orm;
  const store = await makeStore(em, receiver.url);
  for (let index = 0; index < ORDERS; index += 1) {
    const intent = await makeIntent(em, store);
    const transferId = await addTransfer(em, intent, { state: 'confirmed' });
    await em
      .fork()
      .execute(`insert into dispatch (kind, subject_id, dedupe_key, data) values ('signal_intent', ?, ?, ?)`, [
        intent,
        `signal:${transferId}`,
        JSON.stringify({ signal: 'transferConfirmed', transferId }),
      ]);
  }
};

test('nothing fires on health; failing receivers, a chain that is gone, and a killed worker each raise their alarm', async () => {
  await expect.poll(() => prometheus.value('sum(up)').catch(() => 0)).toBe(2);
  await expect
    .poll(() => prometheus.value('chain_trouble{chain_id="31337"} == 0 and chain_head_age_seconds < 30'))
    .toBe(0);
  await expect.poll(() => prometheus.value('sum(worker_is_leader)')).toBe(1);
  await payOrders();
  await expect.poll(() => prometheus.value('webhook_attempts_total{outcome="delivered"}')).toBe(ORDERS);
  await api.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  await expect
    .poll(() => prometheus.value('http_request_duration_seconds_count{method="POST",route=~"/v1/checkout_intents/?"}'))
    .toBe(1);
  await expect.poll(prometheus.firingNames).toEqual([]);

  receiver.response = () => ({ status: 500 });
  await payOrders();
  await expect.poll(prometheus.firingNames).toEqual(['CheckoutWebhooksFailing']);

  await chain.stop();
  await expect.poll(prometheus.firingNames).toEqual(['CheckoutChainTrouble', 'CheckoutWebhooksFailing']);
  expect((await prometheus.firing()).find(({ alertname }) => alertname === 'CheckoutChainTrouble')?.chain_id).toBe(
    '31337',
  );

  worker.kill('SIGKILL');
  await expect
    .poll(prometheus.firingNames)
    .toEqual(expect.arrayContaining(['CheckoutNoLeader', 'CheckoutProcessDown']));
  expect((await prometheus.firing()).find(({ alertname }) => alertname === 'CheckoutProcessDown')?.job).toBe(
    'checkout-worker',
  );
});

test('Prometheus understands every expression of the dashboard', async () => {
  const { panels } = JSON.parse(readFileSync(join(OPERATIONS, 'dashboard.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(30);
  for (const expression of expressions) await prometheus.query(expression);
});
