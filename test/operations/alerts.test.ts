// A real Prometheus scrapes a real worker and web server, and alarms are raised by real causes: receivers that respond with 500, a chain that
// is gone, a worker that is killed. The rules are those of docs/operations, with shorter waits.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { REPOSITORY } from '#scripts/lib/paths.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { startTemporal } from '#scripts/lib/stack/temporal.ts';
import { prometheusFolder } from '#scripts/lib/tools/prometheus.ts';
import { startApiServer } from '#test/api/api-server.ts';
import { startTestChain, type TestChain } from '#test/support/chain.ts';
import { addTransfer, makeIntent, makeStore } from '#test/support/intents.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { createWebMetrics, startMetricsServer } from '#web/http/web-metrics.ts';

const OPERATIONS = join(REPOSITORY, 'docs', 'operations');
/** Those that this test raises wait this long; the others as in production. */
const WAIT = '2s';
const RAISED = ['CheckoutWebhooksFailing', 'CheckoutChainTrouble', 'CheckoutProcessDown', 'CheckoutNoLeader'];
const ORDERS = 12;

let folder: string;
let api: Awaited<ReturnType<typeof startApiServer>>;
let chain: TestChain;
let receiver: TestReceiver;
let worker: ChildProcess;
let prometheus: string;
/** What to end, the last first. */
const ends: (() => unknown)[] = [];

const start = (command: string, args: readonly string[], variables: Record<string, string>): ChildProcess => {
  const env = { PATH: process.env.PATH ?? '', NODE_ENV: 'development' as const, ...variables };
  const child = spawn(command, args, { cwd: REPOSITORY, env, stdio: 'ignore' });
  ends.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
};

const shortRules = (): string => {
  const file = parse(readFileSync(join(OPERATIONS, 'alerts.yml'), 'utf8')) as {
    groups: { rules: { alert?: string; for?: string }[] }[];
  };
  for (const rule of file.groups.flatMap(({ rules }) => rules)) if (RAISED.includes(rule.alert ?? '')) rule.for = WAIT;
  return stringify(file);
};

const startPrometheus = async (webPort: number, workerPort: number): Promise<string> => {
  writeFileSync(join(folder, 'alerts.yml'), shortRules());
  const job = (name: string, port: number) => ({
    job_name: name,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  });
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [job('checkout-web', webPort), job('checkout-worker', workerPort)],
  };
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  start(
    join(await prometheusFolder(), 'prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    {},
  );
  return `http://127.0.0.1:${port}`;
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
  prometheus = await startPrometheus(webPort, workerPort);
});

afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const get = async <T>(path: string): Promise<T> => {
  const response = await fetch(`${prometheus}/api/v1/${path}`);
  const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== 'success') throw new Error(`${path}: ${error}`);
  return data;
};

/** The value of an expression that has one series; undefined while it has none. */
const value = async (expression: string): Promise<number | undefined> => {
  const { result } = await get<{ result: { value: [number, string] }[] }>(
    `query?query=${encodeURIComponent(expression)}`,
  );
  return result[0] && Number(result[0].value[1]);
};

interface Alarm {
  state: string;
  labels: { alertname: string; chain_id?: string; job?: string };
}
const firing = async (): Promise<Alarm['labels'][]> =>
  (await get<{ alerts: Alarm[] }>('alerts')).alerts
    .filter(({ state }) => state === 'firing')
    .map(({ labels }) => labels);
const firingNames = async () => [...new Set((await firing()).map(({ alertname }) => alertname))].toSorted();

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
  await expect.poll(() => value('sum(up)').catch(() => 0)).toBe(2);
  await expect.poll(() => value('chain_trouble{chain_id="31337"} == 0 and chain_head_age_seconds < 30')).toBe(0);
  await expect.poll(() => value('sum(worker_is_leader)')).toBe(1);
  await payOrders();
  await expect.poll(() => value('webhook_attempts_total{outcome="delivered"}')).toBe(ORDERS);
  await api.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  await expect
    .poll(() => value('http_request_duration_seconds_count{method="POST",route=~"/v1/checkout_intents/?"}'))
    .toBe(1);
  await expect.poll(firingNames).toEqual([]);

  receiver.response = () => ({ status: 500 });
  await payOrders();
  await expect.poll(firingNames).toEqual(['CheckoutWebhooksFailing']);

  await chain.stop();
  await expect.poll(firingNames).toEqual(['CheckoutChainTrouble', 'CheckoutWebhooksFailing']);
  expect((await firing()).find(({ alertname }) => alertname === 'CheckoutChainTrouble')?.chain_id).toBe('31337');

  worker.kill('SIGKILL');
  await expect.poll(firingNames).toEqual(expect.arrayContaining(['CheckoutNoLeader', 'CheckoutProcessDown']));
  expect((await firing()).find(({ alertname }) => alertname === 'CheckoutProcessDown')?.job).toBe('checkout-worker');
});

test('Prometheus understands every expression of the dashboard', async () => {
  const { panels } = JSON.parse(readFileSync(join(OPERATIONS, 'dashboard.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(expressions.length).toBeGreaterThan(30);
  for (const expression of expressions) await get(`query?query=${encodeURIComponent(expression)}`);
});
