// `sslmode` of DATABASE_URL counts for every pool of the application. A server without TLS receives only the request for it.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { MikroORM } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { ormConfig } from '#db/orm.ts';
import { createAuth } from '#web/auth/create-auth.ts';

/** Protocol message SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = '0000000804d2162f';

/** Responds as a Postgres without TLS, and records what clients send. */
const openServer = async () => {
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      received.push(bytes.toString('hex'));
      socket.end('N');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = (query: string): string =>
    `postgres://app:pw@127.0.0.1:${(server.address() as AddressInfo).port}/checkout${query}`;
  return { received, url, close: () => server.close() };
};

const connectOrm = async (databaseUrl: string): Promise<void> => {
  const orm = await MikroORM.init({ ...ormConfig({ databaseUrl }), connect: false } as never);
  await orm.em
    .getConnection()
    .execute('select 1')
    .catch(() => {});
  await orm.close(true);
};
const connectAuth = async (databaseUrl: string): Promise<void> => {
  const auth = createAuth({ databaseUrl, secret: 'x'.repeat(40), publicUrl: 'https://pay.example.com' });
  await (await auth.$context).internalAdapter.findUserByEmail('a@b.example').catch(() => {});
  await auth.close();
};

test.each([
  ['of queries', connectOrm],
  ['of accounts', connectAuth],
])('the pool %s sends nothing in plain text with sslmode=verify-full', async (_name, connect) => {
  const server = await openServer();
  try {
    await connect(server.url('?sslmode=verify-full'));
    expect(server.received.length).toBeGreaterThan(0);
    expect([...new Set(server.received)]).toEqual([SSL_REQUEST]);
    server.received.length = 0;
    await connect(server.url(''));
    expect(server.received[0]).not.toBe(SSL_REQUEST);
  } finally {
    server.close();
  }
});
