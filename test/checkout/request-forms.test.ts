// The forms that a request can have on the wire: absolute targets, doubled slashes, rare methods, hosts and origins.
import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders } from '#test/api/signed-client.ts';
import { ask, type EdgeServer, startEdgeServer } from './edge-server.ts';

interface LogLine {
  level: number;
  path?: string;
  msg?: string;
}
const ERROR_LEVEL = 50;

let server: EdgeServer;
let development: EdgeServer;
let lines: LogLine[] = [];
const stream = new Writable({
  write: (chunk, _encoding, done) => {
    lines.push(JSON.parse(String(chunk)));
    done();
  },
});

beforeAll(async () => {
  server = await startEdgeServer({ publicUrl: 'https://pay.example.com', logger: { level: 'info', stream } });
  development = await startEdgeServer({ pages: { development: true } });
});
afterAll(async () => {
  await server?.close();
  await development?.close();
});
beforeEach(() => {
  lines = [];
});

const OURS = 'Host: pay.example.com';
const errors = (): LogLine[] => lines.filter(({ level }) => level >= ERROR_LEVEL);
const signed = (target: string, signedTarget: string): string[] =>
  Object.entries(signatureHeaders(server.store, { method: 'GET', target, signed: { target: signedTarget } })).map(
    ([name, value]) => `${name}: ${value}`,
  );

describe('a target', () => {
  it.each(['http://pay.example.com', 'http://pay.example', 'HTTPS://x:1'])(
    'in absolute form (%s) is its path, for signature, route and log',
    async (authority) => {
      for (const path of ['/v1/test/ping', '/v1/test/ping?a=1']) {
        const target = `${authority}${path}`;
        const response = await ask(server.port, `GET ${target} HTTP/1.1`, ['Host: a', ...signed(target, path)]);
        expect([response.status, response.body]).toEqual([200, expect.stringContaining('"pong"')]);
      }
      expect(new Set(lines.map(({ path }) => path))).toEqual(new Set(['/v1/test/ping']));
    },
  );

  it('in absolute form names the host itself, whatever the Host header says', async () => {
    const at = async (target: string, host: string) =>
      (await ask(server.port, `GET ${target} HTTP/1.1`, [`Host: ${host}`])).status;
    expect(await at('https://pay.example.com/icon.svg?', 'evil.example')).not.toBe(421);
    for (const target of ['http://evil.example/', 'http://evil.example', 'http://pay.example.com@evil.example/']) {
      expect([target, await at(target, 'pay.example.com')]).toEqual([target, 421]);
    }
  });

  it.each(['//', '///', '//evil.example', '//evil.example/%2e%2e', '/%2F/', '/\\'])(
    '%s is not found',
    async (target) => {
      const { status, headers } = await ask(server.port, `GET ${target} HTTP/1.1`, [OURS]);
      expect([status, headers.location, errors()]).toEqual([404, undefined, []]);
    },
  );

  it('without a path is rejected', async () => {
    for (const line of ['OPTIONS * HTTP/1.1', 'GET * HTTP/1.1', 'GET *v1/test/ping HTTP/1.1', 'GET ? HTTP/1.1']) {
      const { status } = await ask(server.port, line, [OURS]);
      expect([line, status, errors()]).toEqual([line, 400, []]);
    }
  });

  it.each([
    'https://pay.example.com/dashboard/invitation/secret-of-the-link',
    '//dashboard/invitation/secret-of-the-link',
    '/dashboard//invitation/secret-of-the-link',
    '/Dashboard/%69nvitation/secret-of-the-link',
    '/dashboard/invitation/secret-of-the-link.data',
  ])('with the secret of an invitation is logged without it: %s', async (target) => {
    await ask(server.port, `GET ${target} HTTP/1.1`, [OURS]);
    await expect.poll(() => lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain('secret-of-the-link');
  });
});

describe('a method', () => {
  const rare = METHODS.filter((method) => !['GET', 'HEAD', 'POST', 'CONNECT'].includes(method));

  it('that a route of the API lacks gets 405 with Allow, an unknown path 404, all in the envelope', async () => {
    for (const method of rare) {
      for (const body of ['', '{}']) {
        const more = body ? ['Content-Type: application/json', 'Content-Length: 2'] : [];
        const known = await ask(server.port, `${method} /v1/test/ping HTTP/1.1`, ['Host: x', ...more], body);
        expect([method, known.status, known.headers.allow]).toEqual([method, 405, 'GET, HEAD']);
        expect(JSON.parse(known.body)).toMatchObject({ code: 10001, payload: null });
        const unknown = await ask(server.port, `${method} /v1/nothing HTTP/1.1`, ['Host: x', ...more], body);
        expect([method, unknown.status, JSON.parse(unknown.body).code]).toEqual([method, 404, 10001]);
      }
    }
    expect(errors()).toEqual([]);
  });

  it('that pages lack gets 405 with Allow', async () => {
    for (const method of rare) {
      const { status, headers } = await ask(server.port, `${method} / HTTP/1.1`, [OURS, 'Content-Length: 0']);
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD, POST']);
    }
    expect(errors()).toEqual([]);
  });
});

it('the parameter "_data" is refused: Remix would run the action and answer 200 with "null", whatever came of it', async () => {
  const target = '/account/log-out?_data=account%2Fpages%2Flog-out';
  for (const method of ['GET', 'HEAD', 'POST']) {
    const { status, body } = await ask(server.port, `${method} ${target} HTTP/1.1`, [
      ...[OURS, 'Origin: https://pay.example.com', 'Content-Length: 0'],
    ]);
    expect([method, status]).toEqual([method, 400]);
    if (method !== 'HEAD') expect(body).toContain('nothing was read or done');
  }
  expect(errors()).toEqual([]);
});

describe('a host', () => {
  const statusOf = async (at: EdgeServer, host: string, path = '/account/log-in') =>
    (await ask(at.port, `GET ${path} HTTP/1.1`, [`Host: ${host}`])).status;

  it('that is not ours is misdirected; ours is served in each spelling', async () => {
    for (const host of ['pay.example.com', 'PAY.example.com', 'pay.example.com:443']) {
      expect([host, await statusOf(server, host)]).toEqual([host, 200]);
    }
    const strangers = ['evil.example', 'pay.example.com.', 'pay.example.com:80', 'pay.example.com:8443', 'localhost'];
    strangers.push('127.0.0.1', `127.0.0.1:${server.port}`, 'x.pay.example.com', 'pay.example.com.evil.example');
    strangers.push('pay.example.com@evil.example', 'evil.example, pay.example.com', '[::1]', '');
    for (const host of strangers) {
      for (const path of ['/account/log-in', '/', '/icon.svg', '/assets/none.js', '/api/auth/get-session', '//']) {
        expect([host, path, await statusOf(server, host, path)]).toEqual([host, path, 421]);
      }
    }
  });

  it('of this machine is served in development, with our port only', async () => {
    const { port } = development;
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect([host, await statusOf(development, host, '/dev/mailbox')]).toEqual([host, 200]);
    }
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      'localhost:1',
      `0.0.0.0:${port}`,
      `2130706433:${port}`,
    ]) {
      expect([host, await statusOf(development, host, '/dev/mailbox')]).toEqual([host, 421]);
    }
  });

  it('does not matter to the health check and the signed API', async () => {
    expect(await statusOf(server, `10.0.0.7:${server.port}`, '/healthz')).toBe(200);
    expect((await ask(server.port, 'GET /healthz HTTP/1.0', [])).status).toBe(200);
    expect(await statusOf(server, 'internal-name', '/v1/openapi.json')).toBe(200);
  });

  it('given twice is rejected everywhere', async () => {
    for (const path of ['/', '/healthz', '/v1/test/ping', '/nothing']) {
      for (const second of ['Host: evil.example', 'hOST: pay.example.com']) {
        expect((await ask(server.port, `GET ${path} HTTP/1.1`, [OURS, second])).status).toBe(400);
      }
    }
    expect(errors()).toEqual([]);
  });

  it('is named by X-Forwarded-Host only when a trusted proxy sends it', async () => {
    const headers = ['Host: web:3000', 'X-Forwarded-Host: pay.example.com'];
    expect((await ask(server.port, 'GET /account/log-in HTTP/1.1', headers)).status).toBe(421);
    const proxied = await startEdgeServer({ publicUrl: 'https://pay.example.com', trustedProxies: ['127.0.0.1'] });
    try {
      expect((await ask(proxied.port, 'GET /account/log-in HTTP/1.1', headers)).status).toBe(200);
      expect(
        (await ask(proxied.port, 'GET /account/log-in HTTP/1.1', [OURS, 'X-Forwarded-Host: evil.example'])).status,
      ).toBe(421);
    } finally {
      await proxied.close();
    }
  });
});

describe('an origin', () => {
  const post = async (at: EdgeServer, host: string, origin: string | null) =>
    (
      await ask(
        at.port,
        'POST /api/auth/sign-in/email HTTP/1.1',
        [
          `Host: ${host}`,
          ...(origin === null ? [] : [`Origin: ${origin}`]),
          'Content-Type: application/json',
          'Content-Length: 2',
        ],
        '{}',
      )
    ).status;

  it('is ours only with scheme, host and port', async () => {
    expect(await post(server, 'pay.example.com', 'https://pay.example.com')).toBe(400);
    const strangers = ['http://pay.example.com', 'https://pay.example.com:8443', 'https://evil.example', 'null', ''];
    strangers.push('https://x.pay.example.com', 'https://user@pay.example.com', 'https://pay.example.com/');
    strangers.push(
      'https://pay.example.com.evil.example',
      'pay.example.com',
      'https://PAY.example.com.',
      'ftp://pay.example.com',
    );
    for (const origin of strangers)
      expect([origin, await post(server, 'pay.example.com', origin)]).toEqual([origin, 403]);
    expect(await post(server, 'pay.example.com', null)).toBe(403);
    const form = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 3'];
    for (const path of ['/account/log-in', '/dashboard/apply', '/account/log-out']) {
      const { status } = await ask(
        server.port,
        `POST ${path} HTTP/1.1`,
        [OURS, 'Origin: http://pay.example.com', ...form],
        'a=b',
      );
      expect([path, status]).toEqual([path, 403]);
    }
  });

  it('of this machine is ours in development when it is that of the page', async () => {
    const { port } = development;
    expect(await post(development, `localhost:${port}`, `http://localhost:${port}`)).toBe(400);
    for (const origin of [`https://localhost:${port}`, `http://[::1]:${port}`, 'http://localhost']) {
      expect([origin, await post(development, `localhost:${port}`, origin)]).toEqual([origin, 403]);
    }
  });
});

it('every response over https tells browsers to stay there, subdomains included', async () => {
  for (const target of ['/', '/healthz', '/v1/test/ping', '/nothing', '/icon.svg']) {
    const { headers } = await ask(server.port, `GET ${target} HTTP/1.1`, [OURS]);
    expect([target, headers['strict-transport-security']]).toEqual([target, 'max-age=31536000; includeSubDomains']);
  }
  const plain = await ask(development.port, 'GET / HTTP/1.1', [`Host: 127.0.0.1:${development.port}`]);
  expect(plain.headers['strict-transport-security']).toBeUndefined();
});

it('a client that hangs up during its upload is no error of ours', async () => {
  for (const path of ['/v1/checkout_intents/', '/account/log-in']) {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(
        `POST ${path} HTTP/1.1\r\n${OURS}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a`,
        () => setImmediate(() => socket.resetAndDestroy()),
      ),
    );
    await new Promise((resolve) => socket.on('close', resolve));
    await ask(server.port, 'GET /healthz HTTP/1.1', [OURS]);
  }
  const open = () => new Promise((resolve) => server.app.server.getConnections((_error, count) => resolve(count)));
  await expect.poll(open).toBe(0);
  expect(errors()).toEqual([]);
});
