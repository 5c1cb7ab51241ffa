// One order is one trace: its create over the API, its outbox rows, its activities and its transfers, from two processes that share
// nothing but the intent's id. A collector that is away costs spans, and nothing else.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { chainById } from '#domain/chains.ts';
import { LOCAL_TOKENS } from '#domain/contract-addresses.ts';
import { ConfigError } from '#domain/errors.ts';
import { type IntentId, makeIntentId } from '#domain/ids.ts';
import { IntentStatus } from '#domain/status.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { waitFor } from '#scripts/lib/wait-for.ts';
import { FEE_RECEIVER, PUBLIC_URL } from '#test/api/api-server.ts';
import { type ApiResponse, call } from '#test/api/signed-client.ts';
import { makeStore, randomHash, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { type PaymentSystem, startPaymentSystem } from '#test/support/payment-system.ts';
import { startReceiver, type TestReceiver } from '#test/support/receiver.ts';
import { type SpanCollector, startSpanCollector } from '#test/support/span-collector.ts';
import { openTracing } from '#tracing/open-tracing.ts';
import { type OrderSpan, type OrderTracing, traceIdOf } from '#tracing/order-trace.ts';
import { readTracingSettings, type TracingLog } from '#tracing/settings.ts';
import { createServer } from '#web/create-server.ts';
import { traceSettlement, traceTransfer } from '#worker/order-traces.ts';

const QUIET: TracingLog = { warn: () => {} };
const open = (endpoint: string, service: string, ratio = '1', log = QUIET): Promise<OrderTracing> =>
  openTracing(
    readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio }),
    service,
    log,
  );

let collector: SpanCollector;
let receiver: TestReceiver;
let tracing: { web: OrderTracing; worker: OrderTracing };
let system: PaymentSystem;
let app: Awaited<ReturnType<typeof createServer>>;
let store: TestStore;
beforeAll(async () => {
  [collector, receiver] = await Promise.all([startSpanCollector(), startReceiver()]);
  tracing = { web: await open(collector.endpoint, 'web'), worker: await open(`${collector.endpoint}/`, 'worker') };
  system = await startPaymentSystem({ tracing: tracing.worker });
  await storeStaticRates(system.em);
  store = await makeStore(system.em, receiver.url);
  app = await createServer({
    ...{ orm: system.orm, masterKeys: TEST_MASTER_KEYS, publicUrl: PUBLIC_URL, pages: null, feeReceiver: FEE_RECEIVER },
    ...{ chains: [chainById(31337), chainById(31338)], tracing: tracing.web },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app?.close();
  await system?.stop();
  await collector?.stop();
  await receiver?.stop();
});

const post = (body: object, headers: Record<string, string> = {}): Promise<ApiResponse> =>
  call(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, store, {
    ...{ method: 'POST', target: '/v1/checkout_intents/', body: JSON.stringify(body), headers },
  });

test('from the create to the webhook, every span is in the trace that the id of the intent names', async () => {
  const attempts = [503, 200];
  receiver.response = () => ({ status: attempts.shift() ?? 200 });
  const caller = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
  const created = await post(
    { stable_coin: 1, amount_cents: 1_000, order_id: 'T-1@mail.example' },
    { traceparent: caller },
  );
  expect(created.json.code).toBe(0);
  const intentId = created.json.payload.allscale_checkout_intent_id as IntentId;
  await system.untilStarted(intentId);
  const txHash = randomHash();
  await system.pay(intentId, { txHash });
  traceTransfer(tracing.worker, 31337, { kind: 'seen', intentId, txHash, seenAfter: 2.5 });
  await system.untilStatus(intentId, IntentStatus.CONFIRMED);
  await (await system.handleOf(intentId)).result();
  const owedAt = new Date(Date.now() - 90_000);
  traceSettlement(tracing.worker, 31337, { intentId, token: LOCAL_TOKENS.usdt6, txHash, owedAt });
  // A request that fails, and one about an order that nobody made, are in no trace.
  expect((await post({ stable_coin: 9 })).json.code).not.toBe(0);
  await Promise.all([tracing.web.stop(), tracing.worker.stop()]);

  const { spans } = collector;
  expect([...collector.paths]).toEqual(['/v1/traces']);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(intentId)]));
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [root, ...others] = named('order');
  expect(others).toEqual([]);
  expect(root).toMatchObject({ service: 'checkout-worker', parentSpanId: '', error: null });
  expect(root?.attributes).toMatchObject({
    'checkout.intent_id': intentId,
    // Shops put e-mail addresses into their ids: as in the workflow's id, none leaves for a collector.
    'checkout.order_id': 'T-1',
    'checkout.store_id': store.storeId,
  });
  for (const span of spans) if (span !== root) expect(span.parentSpanId).toBe(root?.spanId);
  expect(named('POST /v1/checkout_intents/')).toMatchObject([
    {
      service: 'checkout-web',
      links: ['ab'.repeat(16)],
      attributes: { 'http.response.status_code': 200, 'checkout.request_id': created.headers['x-request-id'] },
    },
  ]);
  expect(named('signal transferSeen')).toHaveLength(1);
  expect(named('signal transferConfirmed')).toHaveLength(1);
  const [seen] = named('transfer seen');
  expect(seen?.attributes).toMatchObject({ 'checkout.chain_id': 31337, 'checkout.tx_hash': txHash });
  expect((seen?.endedAt ?? 0) - (seen?.startedAt ?? 0)).toBe(2_500);
  const [settlement] = named('settlement');
  expect(settlement?.attributes).toMatchObject({ 'checkout.chain_id': 31337, 'checkout.token': LOCAL_TOKENS.usdt6 });
  expect((settlement?.endedAt ?? 0) - (settlement?.startedAt ?? 0)).toBeGreaterThanOrEqual(90_000);
  expect(named('assessOrder').length).toBeGreaterThan(0);
  expect(named('deliverWebhook').map(({ attributes }) => attributes['checkout.outcome'])).toEqual([
    'retry',
    'delivered',
  ]);
  expect(named('deliverWebhook')[0]?.attributes).toMatchObject({
    'temporal.workflow_id': `checkout-T-1-${intentId}`,
    'temporal.is_local': false,
  });
});

const span = (intentId: IntentId): OrderSpan => {
  const endedAt = Date.now();
  return { intentId, name: 'signal a', kind: 'producer', startedAt: endedAt - 5, endedAt };
};
const randomIntent = (index: number): IntentId =>
  makeIntentId(
    1_790_000_000 + index,
    Uint8Array.from({ length: 8 }, () => Math.floor(Math.random() * 256)),
  );

test('two processes choose the same part of the orders', async () => {
  const before = collector.spans.length;
  const [one, other] = await Promise.all(['a', 'b'].map((name) => open(collector.endpoint, name, '0.5')));
  const ids = Array.from({ length: 400 }, (_, index) => randomIntent(index));
  for (const id of ids) for (const process of [one, other]) process?.record(span(id));
  await Promise.all([one?.stop(), other?.stop()]);
  const of = (service: string) =>
    collector.spans.slice(before).flatMap((each) => (each.service === `checkout-${service}` ? [each.traceId] : []));
  expect(new Set(of('a'))).toEqual(new Set(of('b')));
  // 400 throws of a coin: fewer than 120 or more than 280 heads happen once in 10^15.
  expect(of('a').length).toBeGreaterThan(120);
  expect(of('a').length).toBeLessThan(280);
});

test('a failure is told with its reason; a collector that is away costs a line in the log', async () => {
  const lines: string[] = [];
  const away = await open(`http://127.0.0.1:${await freePort()}`, 'away', '1', {
    warn: (_facts: object, message: string) => void lines.push(message),
  });
  away.record({ ...span(randomIntent(1)), error: 'Error: no' });
  await away.stop();
  await waitFor(() => lines.length > 0, { what: 'the line', timeoutMs: 10_000 });
  expect(lines[0]).toBe('traces could not be sent');

  const failing = await open(collector.endpoint, 'failing');
  failing.record({ ...span(randomIntent(2)), error: 'Error: no' });
  await failing.stop();
  expect(collector.spans.at(-1)).toMatchObject({ service: 'checkout-failing', error: 'Error: no' });
});

test('settings: off without an endpoint; a wrong one is named, and its content is not', () => {
  expect(readTracingSettings({})).toBeNull();
  expect(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeNull();
  expect(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example/otlp/' })).toEqual({
    ...{ url: 'https://traces.example/otlp/v1/traces', ratio: 1 },
  });
  for (const [name, value] of [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'ftp://secret.example'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5secret'],
  ] as const) {
    const read = () => readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(/secret/);
  }
});
