// Lines of the log of a page about an order have our id, the shop's and the trace, as those of the API have.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeIntent } from '#test/support/intents.ts';
import { keepLines } from '#test/support/kept-lines.ts';
import { traceIdOf } from '#tracing/order-trace.ts';
import { type EdgeServer, startEdgeServer } from './edge-server.ts';

const log = keepLines();
let server: EdgeServer;
beforeAll(async () => {
  server = await startEdgeServer({ logger: { level: 'info', stream: log.stream } });
});
afterAll(async () => {
  await server?.close();
});

/** The lines of one request, its response's among them. */
const linesOf = async (path: string, init: RequestInit = {}) => {
  const before = log.lines.length;
  const { status } = await fetch(server.origin + path, { redirect: 'manual', ...init });
  const ofPath = () => log.lines.slice(before);
  await expect.poll(() => ofPath().some((line) => line.status === status)).toBe(true);
  return { status, lines: ofPath() };
};

test('pages of a checkout name the order by both ids', async () => {
  const intent = await makeIntent(server.orm.em, server.store, { orderId: 'No 7/anna.lee@mail.example' });
  const order = { intent, order: 'No-7-anna.lee', trace_id: traceIdOf(intent) };
  for (const page of ['', '/claim', '/cancel']) {
    const { status, lines } = await linesOf(`/checkout/${intent}${page}`);
    expect(status).toBe(200);
    for (const line of lines) expect(line).toMatchObject(order);
  }
  expect(log.text()).not.toContain('mail.example');
});

const PAYER = `payer=0x${'ab'.repeat(20)}&coin=USDT&network=31337`;

test.each([
  ['the page’s script', 'POST', '/browser', ''],
  ['the ways to pay of a wallet', 'GET', '/wallet', ''],
  ['a payment by wallet', 'POST', '/wallet', PAYER],
  ['a wallet’s pick', 'POST', '/wallet/pick', PAYER],
  ['a transaction that was sent', 'POST', '/wallet/sent', `txHash=0x${'ab'.repeat(32)}`],
  ['AllScale Pay', 'GET', '/allscale', ''],
  ['the page that is read again', 'GET', '/view', ''],
])('%s names it by both ids (%s %s)', async (_what, method, path, body) => {
  const intent = await makeIntent(server.orm.em, server.store, { orderId: 'No 7/anna.lee@mail.example' });
  const headers = { origin: server.origin, ...(body ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) };
  const { status, lines } = await linesOf(`/checkout/${intent}${path}`, {
    ...{ method, headers, ...(body ? { body } : {}) },
  });
  expect(status).toBeLessThan(500);
  expect(lines.at(-1)).toMatchObject({ intent, order: 'No-7-anna.lee' });
});

test('a form names it too, although its page is read again for the response', async () => {
  const intent = await makeIntent(server.orm.em, server.store, { orderId: 'T-8' });
  const body = new URLSearchParams({ txHash: 'not a hash' });
  const { lines } = await linesOf(`/checkout/${intent}/claim`, {
    ...{ method: 'POST', body, headers: { origin: server.origin } },
  });
  for (const line of lines) expect(line).toMatchObject({ intent, order: 'T-8' });
  for (const line of log.text().split('\n').filter(Boolean)) {
    expect(line.split('"order":').length, line).toBeLessThanOrEqual(2);
  }
});

test('an id that nobody has is named by the path alone', async () => {
  const unknown = 'a'.repeat(24);
  const { status, lines } = await linesOf(`/checkout/${unknown}`);
  expect(status).toBe(404);
  for (const line of lines) {
    expect(line).toMatchObject({ intent: unknown });
    expect(line.order).toBeUndefined();
  }
});
