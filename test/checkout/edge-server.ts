// The whole web server (API and pages) with a store, for requests at its edge: raw sockets, host names, limits.
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Orm, openOrm } from '#db/orm.ts';
import { chainById } from '#domain/chains.ts';
import { createStaticScreening } from '#domain/screening.ts';
import { freePort } from '#scripts/lib/ports.ts';
import { toStderr } from '#scripts/lib/progress.ts';
import { buildWebBundle } from '#scripts/lib/web-bundle.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { makeStore, randomAddress, TEST_MASTER_KEYS, type TestStore } from '#test/support/intents.ts';
import { createServer, type ServerOptions } from '#web/create-server.ts';
import type { PagesOptions } from '#web/http/pages-plugin.ts';

export interface EdgeServer {
  origin: string;
  port: number;
  app: FastifyInstance;
  orm: Orm;
  store: TestStore;
  database: TestDatabase;
  close(): Promise<void>;
}

export interface EdgeOptions extends Partial<Pick<ServerOptions, 'trustedProxies'>> {
  pages?: Partial<PagesOptions>;
  logger?: ServerOptions['logger'];
  /** Default: this server's own URL. */
  publicUrl?: string;
}

export const startEdgeServer = async (options: EdgeOptions = {}): Promise<EdgeServer> => {
  const [database] = await Promise.all([createTestDatabase(), buildWebBundle(toStderr)]);
  const orm = await openOrm({ databaseUrl: database.url, poolSize: 10 });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const publicUrl = options.publicUrl ?? origin;
  const common = { orm, masterKeys: TEST_MASTER_KEYS, publicUrl };
  const app = await createServer({
    ...common,
    chains: [chainById(31337)],
    feeReceiver: randomAddress(),
    trustedProxies: options.trustedProxies ?? [],
    logger: options.logger ?? false,
    pages: {
      ...common,
      databaseUrl: database.url,
      chains: [],
      development: false,
      temporal: { address: '127.0.0.1:9', namespace: 'default' },
      screening: createStaticScreening([]),
      authSecret: 'a secret of the tests, long enough to sign with',
      demoShop: null,
      ...options.pages,
    },
  });
  await app.listen({ host: '127.0.0.1', port });
  return {
    origin,
    port,
    app,
    orm,
    database,
    store: await makeStore(orm.em.fork()),
    close: async () => {
      await app.close();
      await orm.close();
      await database.drop();
    },
  };
};

export interface RawResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** Sends bytes as they are, and returns the response once the server closes. */
export const speak = (port: number, bytes: string): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...body] = text.split('\r\n\r\n');
      const [status = '', ...lines] = head.split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
      );
      resolve({ status: Number(status.split(' ')[1]), headers, body: body.join('\r\n\r\n') });
    });
  });

/** A request of a start line and header lines, whose connection closes after the response. */
export const ask = (port: number, startLine: string, headers: readonly string[], body = ''): Promise<RawResponse> =>
  speak(port, `${[startLine, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
