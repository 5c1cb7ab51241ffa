// The API's part of the web process's life: it needs only Postgres, finishes open requests, and logs no secrets.
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { asOwner, ownerUrlOf } from '#test/support/database.ts';
import { startApiServer } from './api-server.ts';
import { send, signatureHeaders } from './signed-client.ts';

test('a server survives an outage of its database, reports it, and replies again once it is back', async () => {
  const server = await startApiServer();
  const name = new URL(server.database.url).pathname.slice(1);
  const { default: pg } = await import('pg');
  const admin = new pg.Client(new URL('/postgres', ownerUrlOf(server.database.url)).href);
  await admin.connect();
  try {
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const health = async () => (await send(server.origin, { method: 'GET', target: '/healthz' })).status;
    await expect.poll(health).toBe(503);
    // A supervisor that restarts asks this: no restart brings the database back.
    expect((await send(server.origin, { method: 'GET', target: '/livez' })).status).toBe(200);
    const away = await server.store.get('/v1/test/ping');
    expect(away.json).toMatchObject({ code: 90000, payload: null, error: { details: null } });

    await admin.query(`alter database ${name} allow_connections true`);
    await expect.poll(health).toBe(200);
    await expect.poll(async () => (await server.store.get('/v1/test/ping')).json.code).toBe(0);
  } finally {
    await admin.end();
    await server.close();
  }
});

test('close lets a running request finish', async () => {
  const server = await startApiServer();
  // A lock on the table that it writes delays it.
  const blocker = server.orm.em.fork();
  await blocker.begin();
  await blocker.execute('lock table checkout_intent in access exclusive mode');
  const open = server.store.post('/v1/checkout_intents/', { stable_coin: 1, amount_cents: 500 });
  const waiting =
    "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await expect.poll(async () => (await server.query(waiting)).length).toBeGreaterThan(0);
  const closed = server.app.close();
  await blocker.rollback();
  expect((await open).json.code).toBe(0);
  await closed;
  await expect(send(server.origin, { method: 'GET', target: '/healthz' })).rejects.toThrow(/ECONNREFUSED/);
  await server.close();
});

test('a log line has caller and route, and no secrets, signatures, bodies or queries', async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const server = await startApiServer({ logger: { level: 'trace', stream } });
  const sending = {
    method: 'POST',
    target: '/v1/checkout_intents/?q=from-query',
    body: '{"stable_coin":1,"amount_cents":500,"user_name":"from-body"}',
  };
  const headers = signatureHeaders(server.store, sending);
  await send(server.origin, sending, headers);
  await asOwner(server.database.url, 'alter table checkout_intent rename to elsewhere');
  await send(server.origin, { ...sending }, signatureHeaders(server.store, sending));
  await send(server.origin, { method: 'GET', target: '/dashboard/invitation/from-path.data?index' });
  await server.close();
  const log = lines.join('');
  expect(log).toContain('"path":"/v1/checkout_intents/"');
  expect(log).toContain('"path":"/dashboard/invitation/….data"');
  expect(log).toContain(server.store.apiKey);
  expect(log).toContain('unexpected error');
  for (const secret of [
    server.store.apiSecret,
    headers['X-Signature'],
    headers['X-Nonce'],
    'from-query',
    'from-path',
    'from-body',
  ]) {
    expect(log).not.toContain(secret);
  }
});
