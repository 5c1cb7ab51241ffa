// Signed requests of the Open API with one thing wrong, odd paths, and races of nonces and idempotency keys.
import { createHash, randomUUID } from 'node:crypto';
import { hmac, type Sending, send, signatureHeaders } from '#test/api/signed-client.ts';
import { openClient, statusesOf } from '../client.ts';
import { type Attempt, attempt, faultOf, type Kind, tryEach } from '../kind.ts';
import type { World } from '../world.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const originOf = ({ target }: World): string => `http://127.0.0.1:${new URL(target.url).port}`;

interface Forgery {
  name: string;
  change(headers: Record<string, string | undefined>): Record<string, string | string[] | undefined>;
  sending?: Partial<Sending>;
}

const HEADERS = ['X-API-Key', 'X-Timestamp', 'X-Nonce', 'X-Signature'];

const forgeries = (world: World): Forgery[] => {
  const { other } = world;
  const set = (name: string, header: string, value: string): Forgery => ({
    name,
    change: (headers) => ({ ...headers, [header]: value }),
  });
  const sign = (name: string, sending: Partial<Sending>): Forgery => ({ name, change: (headers) => headers, sending });
  const target = '/v1/test/ping';
  const secret = other.credentials.apiSecret;
  return [
    ...HEADERS.map(
      (header): Forgery => ({
        name: `without ${header}`,
        change: (headers) => ({ ...headers, [header]: undefined }),
      }),
    ),
    ...HEADERS.map((header) => set(`empty ${header}`, header, '')),
    ...HEADERS.map(
      (header): Forgery => ({
        name: `two ${header}`,
        change: (headers) => ({ ...headers, [header]: [String(headers[header]), 'x'] }),
      }),
    ),
    ...HEADERS.map(
      (header): Forgery => ({
        name: `two equal ${header}`,
        change: (headers) => ({ ...headers, [header]: [String(headers[header]), String(headers[header])] }),
      }),
    ),
    ...[-660, 660, -86_400, 86_400, 10 ** 9].map((seconds) =>
      sign(`time ${seconds} s off`, { timestamp: now() + seconds }),
    ),
    ...['', '0', '-1', '1e9', `${now()}.5`, `0x${now().toString(16)}`, `${now()}000`, `+${now()}`, 'now', 'NaN'].map(
      (timestamp) => sign(`timestamp ${timestamp || 'empty'}`, { timestamp }),
    ),
    ...['', 'x'.repeat(129), 'x'.repeat(10_000)].map((nonce) =>
      sign(`nonce ${JSON.stringify(nonce.slice(0, 8))}`, { nonce }),
    ),
    sign('signed for another path', { signed: { target: '/v1/test/fail' } }),
    sign('signed for another query', { signed: { target: `${target}?a=1` } }),
    sign('signed for another method', { signed: { method: 'POST' } }),
    sign('signed in lower case', { signed: { method: 'get' } }),
    sign('signed for another body', { signed: { body: '{}' } }),
    set('key of another store', 'X-API-Key', other.credentials.apiKey),
    set('unknown key', 'X-API-Key', `st_${'0'.repeat(32)}`),
    set('key with a wildcard', 'X-API-Key', 'st_%'),
    set('key with SQL', 'X-API-Key', "st_' or '1'='1"),
    set('no version', 'X-Signature', hmac(secret, ['x'])),
    set('v0', 'X-Signature', `v0=${hmac(secret, ['x'])}`),
    set('only v1=', 'X-Signature', 'v1='),
    set('hex signature', 'X-Signature', `v1=${createHash('sha256').update('x').digest('hex')}`),
    set('zero signature', 'X-Signature', `v1=${Buffer.alloc(32).toString('base64')}`),
    {
      name: 'signature of another secret',
      change: (headers) => ({
        ...headers,
        'X-Signature': signatureHeaders(
          { apiKey: String(headers['X-API-Key']), apiSecret: secret },
          { method: 'GET', target, timestamp: String(headers['X-Timestamp']), nonce: String(headers['X-Nonce']) },
        )['X-Signature'],
      }),
    },
    {
      name: 'cut signature',
      change: (headers) => ({ ...headers, 'X-Signature': String(headers['X-Signature']).slice(0, -4) }),
    },
  ];
};

const signing: Kind = {
  name: 'signing',
  title: 'request signing',
  run: async (world) => {
    const origin = originOf(world);
    return await tryEach(
      forgeries(world),
      ({ name }) => name,
      async ({ change, sending }) => {
        const wanted: Sending = { method: 'GET', target: '/v1/test/ping', ...sending };
        const headers = signatureHeaders(world.victim.credentials, wanted);
        const { status } = await send(origin, { ...wanted, headers: change(headers) as never }).catch(() => ({
          status: 0,
        }));
        return status < 400 && status !== 0 ? `status ${status}` : faultOf({ status });
      },
    );
  },
};

const ODD_PATHS = [
  '//v1/test/ping',
  '/v1//test/ping',
  '/v1/./test/ping',
  '/v1/x/../test/ping',
  '/v1/%2e/test/ping',
  '/v1/x/%2e%2e/test/ping',
  '/V1/test/ping',
  '/v1/TEST/ping',
  '/v1/test/ping%00',
  '/v1/test/ping;a=1',
  '/v1/test/ping%2f',
  '/v1/test%2fping',
  '/v1/test/ping%0d%0aX: y',
  '/v1/test\\ping',
  '/v1/test/ping/..;/ping',
  '/v1/test/%70ing%',
  '/v1/test/ping%c0%af',
];

/** Signed for the plain path, and sent in another spelling that a router may take for it. */
const oddPaths: Kind = {
  name: 'odd-paths',
  title: 'odd paths, signed as the plain one and as sent',
  run: async (world) => {
    const client = openClient(world.target.url);
    const spoken = async (target: string, signedTarget: string): Promise<string | null> => {
      const headers = signatureHeaders(world.victim.credentials, { method: 'GET', target: signedTarget });
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const text = await client.speak(
        `GET ${target} HTTP/1.1\r\nHost: x\r\n${lines.join('')}Connection: close\r\n\r\n`,
      );
      const [status = 0] = statusesOf(text);
      if (status >= 500) return `fault ${status}`;
      return status === 200 && target !== '/v1/test/%70ing%' ? 'status 200' : null;
    };
    return [
      ...(await tryEach(
        ODD_PATHS,
        (path) => `${path} signed as /v1/test/ping`,
        (path) => spoken(path, '/v1/test/ping'),
      )),
      ...(await tryEach(
        ODD_PATHS,
        (path) => `${path} signed as sent`,
        (path) => spoken(path, path),
      )),
    ];
  },
};

const RACERS = 20;

const races: Kind = {
  name: 'races',
  title: 'races of nonces and idempotency keys, across stores',
  run: async (world) => {
    const origin = originOf(world);
    const { victim, other, orm } = world;
    const attempts: Attempt[] = [];
    const nonce = randomUUID();
    const pings = await Promise.all(
      Array.from({ length: RACERS }, () => {
        const sending: Sending = { method: 'GET', target: '/v1/test/ping', nonce };
        return send(origin, sending, signatureHeaders(victim.credentials, sending));
      }),
    );
    const won = pings.filter(({ status }) => status === 200).length;
    for (const index of pings.keys()) {
      attempts.push(attempt(`nonce race ${index + 1}`, index > 0 && won > index ? `${won} won` : null));
    }
    const orderId = `race-${randomUUID()}`;
    const key = randomUUID();
    const body = JSON.stringify({ stable_coin: 1, amount_cents: 500, order_id: orderId });
    const create = (credentials: typeof victim.credentials) => {
      const sending: Sending = {
        method: 'POST',
        target: '/v1/checkout_intents/',
        body,
        headers: { 'Idempotency-Key': key },
      };
      return send(origin, sending, signatureHeaders(credentials, sending));
    };
    const created = await Promise.all(Array.from({ length: RACERS }, () => create(victim.credentials)));
    const ids = new Set(
      created.filter(({ status }) => status === 200).map(({ json }) => json.payload.allscale_checkout_intent_id),
    );
    const rows = await orm.em.fork().execute('select id from checkout_intent where order_id = ?', [orderId]);
    for (const [index, { status }] of created.entries()) {
      const tooMany = index > 0 && (ids.size > index || rows.length > index) ? `${rows.length} orders` : null;
      attempts.push(attempt(`idempotency race ${index + 1}`, faultOf({ status }) ?? tooMany));
    }
    for (let index = 0; index < 4; index += 1) {
      const { status, json } = await create(other.credentials);
      const got = status === 200 ? json.payload.allscale_checkout_intent_id : null;
      attempts.push(
        attempt(`the same key in another store ${index + 1}`, ids.has(got) ? 'the order of the victim' : null),
      );
    }
    return attempts;
  },
};

export const signingKinds: readonly Kind[] = [signing, oddPaths, races];
