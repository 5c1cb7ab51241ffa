// An API server for one test file, over its own database with a store and a key.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { storeStaticRates } from '#db/intents/fiat-rates.ts';
import { createApiKey } from '#db/merchants/api-keys.ts';
import { createMerchantAndStore, type NewStore } from '#db/merchants/stores.ts';
import { type Orm, openOrm } from '#db/orm.ts';
import { type MasterKeys, parseMasterKeys } from '#db/secrets.ts';
import { chainById } from '#domain/chains.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createServer, type ServerOptions } from '#web/create-server.ts';
import { type ApiResponse, type Credentials, call, type Sending } from './signed-client.ts';

export const RECEIVER = knownPayable('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
export const FEE_RECEIVER = knownPayable('0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC');
export const PUBLIC_URL = 'https://pay.example.com';

export interface TestStore extends Credentials {
  storeId: string;
  call(sending: Sending): Promise<ApiResponse>;
  post(target: string, body: unknown, more?: Partial<Sending>): Promise<ApiResponse>;
  get(target: string, more?: Partial<Sending>): Promise<ApiResponse>;
}

export interface ApiServer {
  app: FastifyInstance;
  origin: string;
  database: TestDatabase;
  orm: Orm;
  masterKeys: MasterKeys;
  /** The store that most tests use. */
  store: TestStore;
  newStore(settings?: Partial<NewStore>, key?: { ipAllowlist?: string[] }): Promise<TestStore>;
  /** Calls this server with other credentials. */
  as(storeId: string, credentials: Credentials): TestStore;
  query<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Chains are only named, because the API never calls one. */
export const startApiServer = async (options: Partial<ServerOptions> & { host?: string } = {}): Promise<ApiServer> => {
  const database = await createTestDatabase();
  const orm = await openOrm({ databaseUrl: database.url, poolSize: 10 });
  const masterKeys = parseMasterKeys(`test:${randomBytes(32).toString('base64')}`);
  await storeStaticRates(orm.em);
  const { host = '127.0.0.1', ...rest } = options;
  const app = await createServer({
    orm,
    masterKeys,
    chains: [chainById(31337), chainById(31338)],
    feeReceiver: FEE_RECEIVER,
    publicUrl: PUBLIC_URL,
    pages: null,
    ...rest,
  });
  await app.listen({ host, port: 0 });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const as = (storeId: string, credentials: Credentials): TestStore => {
    const send = (sending: Sending): Promise<ApiResponse> => call(origin, credentials, sending);
    return {
      ...credentials,
      storeId,
      call: send,
      post: (target, body, more) =>
        send({ method: 'POST', target, body: typeof body === 'string' ? body : JSON.stringify(body), ...more }),
      get: (target, more) => send({ method: 'GET', target, ...more }),
    };
  };
  const newStore: ApiServer['newStore'] = async (settings = {}, key = {}) => {
    const email = `${randomBytes(6).toString('hex')}@shop.example`;
    const { storeId } = await createMerchantAndStore(orm.em, { name: 'Shop', email, receiver: RECEIVER, ...settings });
    const credentials = await createApiKey(orm.em, masterKeys, storeId, { name: 'test', ...key });
    return as(storeId, credentials);
  };
  return {
    app,
    origin,
    database,
    orm,
    masterKeys,
    store: await newStore(),
    newStore,
    as,
    query: (sql, values = []) => orm.em.fork().execute(sql, values as never),
    close: async () => {
      await app.close();
      await orm.close();
      await database.drop();
    },
  };
};
