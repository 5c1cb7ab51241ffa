// What one client can use of the pages: streams, requests, reads of chains; and that reads change nothing.
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { existingIntents } from '#db/intents/existing-intents.ts';
import { sqlOf } from '#db/pool.ts';
import { chainById } from '#domain/chains.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { makeIntent } from '#test/support/intents.ts';
import { asServer, asVisitor, countVisitorReads, noteCounted } from '#web/chains/visitor-reads.ts';
import { createChainReadBudget } from '#web/http/chain-read-budget.ts';
import { DEFAULT_EDGE_LIMITS, type EdgeLimits } from '#web/http/edge-limits.ts';
import { StreamSlots } from '#web/http/stream-slots.ts';
import { type EdgeServer, startEdgeServer } from './edge-server.ts';

const LIMITS: EdgeLimits = {
  pages: { perAddress: { perMinute: 20 }, total: { perMinute: 45 } },
  streams: { perAddress: 3, total: 5 },
  chainReads: { perAccount: { perMinute: 3 }, perAddress: { perMinute: 5 }, visitors: { perMinute: 7 } },
};

let wide: EdgeServer;
let narrow: EdgeServer;
let node: LyingRpc;
/** Reads of transactions that the node got. */
let transactionReads = 0;
beforeAll(async () => {
  node = await startLyingRpc('', {
    response: async (method) => {
      if (method === 'eth_getTransactionReceipt') transactionReads += 1;
      return method === 'eth_chainId' ? '0x7a69' : null;
    },
  });
  const chains = [{ chain: chainById(31337), rpcUrls: [node.url] }];
  wide = await startEdgeServer({
    trustedProxies: ['127.0.0.1'],
    pages: { chains, limits: { ...DEFAULT_EDGE_LIMITS, streams: LIMITS.streams, chainReads: LIMITS.chainReads } },
  });
  narrow = await startEdgeServer({
    trustedProxies: ['127.0.0.1'],
    pages: { chains, limits: { ...DEFAULT_EDGE_LIMITS, pages: LIMITS.pages } },
  });
});
afterAll(async () => {
  await wide?.close();
  await narrow?.close();
  await node?.stop();
});

interface Got {
  status: number;
  retryAfter: string | undefined;
  type: string | undefined;
  /** Hangs up; an open stream ends. */
  end(): void;
}
const get = (
  server: EdgeServer,
  path: string,
  client: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${server.origin}${path}`,
      { method, agent: false, headers: { 'x-forwarded-for': client, ...headers } },
      (response) => {
        response.resume();
        response.on('error', () => {});
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          type: response.headers['content-type'],
          end: () => sent.destroy(),
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });

describe('event streams', () => {
  let id = '';
  let opened: Got[] = [];
  beforeEach(async () => {
    id = await makeIntent(wide.orm.em, wide.store);
    opened = [];
  });
  const open = async (client: string, path = `/checkout/${id}/events`): Promise<number> => {
    const got = await get(wide, path, client);
    opened.push(got);
    if (got.status === 429) expect(Number(got.retryAfter)).toBeGreaterThan(0);
    return got.status;
  };
  const closeAll = async () => {
    for (const { end } of opened) end();
    const left = () => new Promise((resolve) => wide.app.server.getConnections((_error, count) => resolve(count)));
    await expect.poll(left).toBe(0);
  };

  it('open for existing checkouts only', async () => {
    const unknown = '0'.repeat(24);
    const many = Array.from({ length: 51 }, (_, index) => `${index}`.padStart(24, '0'));
    for (const path of [
      `/checkout/${unknown}/events`,
      '/checkout/x/events',
      '/checkout/events',
      '/checkout/events?ids=',
      `/checkout/events?ids=${unknown}`,
      `/checkout/events?ids=${id},${unknown}`,
      `/checkout/events?ids=${id}.x`,
      `/checkout/events?ids=${id}&ids=${id}`,
      `/checkout/events?ids=${[id, ...many].join('.')}`,
    ]) {
      expect([path, await open('192.0.2.1', path)]).toEqual([path, 404]);
    }
    for (let count = 0; count < 20; count += 1)
      expect(await open('192.0.2.1', `/checkout/${unknown}/events`)).toBe(404);
    expect(await open('192.0.2.1', `/checkout/events?ids=${id}.${unknown}`)).toBe(200);
    await closeAll();
    expect(await existingIntents(sqlOf(wide.orm), [id, unknown])).toMatchObject([{ id }]);
  });

  it('are limited by address and in all, and a closed one makes room', async () => {
    const statuses = [];
    for (const client of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1'])
      statuses.push(await open(client));
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    // One more address takes what is left in all.
    expect([await open('192.0.2.2'), await open('192.0.2.2'), await open('192.0.2.2')]).toEqual([200, 200, 429]);
    await closeAll();
    expect(await open('192.0.2.1')).toBe(200);
    await closeAll();
  });

  it('of clients that hang up before the response take no slot', async () => {
    const bytes = `GET /checkout/${id}/events HTTP/1.1\r\nHost: 127.0.0.1:${wide.port}\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n`;
    for (let count = 0; count < 2 * LIMITS.streams.total; count += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(wide.port, '127.0.0.1', () => socket.write(bytes, () => socket.destroy()));
        socket.on('close', () => resolve());
      });
    }
    await closeAll();
    await expect.poll(() => open('192.0.2.7')).toBe(200);
    await closeAll();
  });

  it('count an IPv6 client by its /64', async () => {
    const statuses = [];
    for (const client of ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:db8:0:1:ffff::3', '2001:db8:0:1::4'])
      statuses.push(await open(client));
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await open('2001:db8:0:2::1')).toBe(200);
    await closeAll();
  });

  it('give a slot back once', () => {
    const slots = new StreamSlots({ perAddress: 1, total: 2 });
    const release = slots.take('a');
    expect(slots.take('a')).toBeNull();
    release?.();
    release?.();
    const taken = [slots.take('a'), slots.take('b'), slots.take('c')];
    expect(taken.map(Boolean)).toEqual([true, true, false]);
  });
});

describe('pages', () => {
  it('are limited by address and in all: 429 with Retry-After, a page for people and JSON for scripts', async () => {
    const statusesOf = async (client: string, count: number) => {
      const statuses: number[] = [];
      for (let index = 0; index < count; index += 1)
        statuses.push((await get(narrow, '/checkout/x/view', client)).status);
      return statuses;
    };
    const first = await statusesOf('198.51.100.1', 30);
    expect(first).toEqual([...Array(20).fill(404), ...Array(10).fill(429)]);
    for (const path of ['/', '/nothing', '/api/auth/get-session', '/checkout/x/events', '/logos/x', '//']) {
      const script = await get(narrow, path, '198.51.100.1', { accept: 'application/json' });
      expect([path, script.status, script.type]).toEqual([path, 429, 'application/json; charset=utf-8']);
      expect(Number(script.retryAfter)).toBeGreaterThan(0);
      const person = await get(narrow, path, '198.51.100.1', { accept: 'text/html,*/*', 'accept-language': 'ja' });
      expect([path, person.status, person.type]).toEqual([path, 429, 'text/html; charset=utf-8']);
    }
    // What a client asked for above its share is not taken from the others.
    expect((await statusesOf('198.51.100.2', 15)).filter((status) => status === 429)).toEqual([]);
    // In all.
    const rest = [...(await statusesOf('198.51.100.3', 10)), ...(await statusesOf('198.51.100.4', 10))];
    expect(rest.filter((status) => status === 404).length).toBe(10);
    expect(rest.slice(10)).toEqual(Array(10).fill(429));
    // Scripts, styles, the health check and the API have no part in it.
    expect((await get(narrow, '/assets/none.js', '198.51.100.1')).status).toBe(404);
    expect((await get(narrow, '/healthz', '198.51.100.1')).status).toBe(200);
    expect((await get(narrow, '/v1/test/ping', '198.51.100.1')).status).toBe(401);
  });
});

it('reads of chains are limited by account and by address', async () => {
  const spend = createChainReadBudget(wide.orm, LIMITS.chainReads);
  const statusOf = (userId: string, clientAddress: string) =>
    spend({ userId, clientAddress }).then(
      () => 200,
      (thrown: Response) => [thrown.status, Number(thrown.headers.get('retry-after')) > 0],
    );
  const results = [];
  for (let count = 0; count < 4; count += 1) results.push(await statusOf('usr_1', '203.0.113.1'));
  expect(results).toEqual([200, 200, 200, [429, true]]);
  // Another account at the same address has what the address has left.
  expect([await statusOf('usr_2', '203.0.113.1'), await statusOf('usr_2', '203.0.113.1')]).toEqual([200, 200]);
  expect(await statusOf('usr_3', '203.0.113.1')).toEqual([429, true]);
  expect(await statusOf('usr_1', '203.0.113.2')).toEqual([429, true]);
});

describe('reads of chains by visitors without an account', () => {
  const claim = async (client: string): Promise<string> => {
    const id = await makeIntent(wide.orm.em, wide.store);
    const response = await fetch(`${wide.origin}/checkout/${id}/claim`, {
      method: 'POST',
      headers: { origin: wide.origin, 'x-forwarded-for': client },
      body: new URLSearchParams({ hash: `0x${'ab'.repeat(32)}` }),
    });
    expect(response.status).toBe(200);
    return await response.text();
  };

  it('are limited in all, whatever their addresses and orders; a claim is kept then', async () => {
    const pages = [];
    for (let count = 1; count <= 9; count += 1) pages.push(await claim(`192.0.2.${count}`));
    const { perMinute } = LIMITS.chainReads.visitors;
    expect(transactionReads).toBe(perMinute);
    // One sentence after the other: the page has all texts for its scripts.
    const isKept = (page: string) => page.includes('again in a minute. Your transaction is noted');
    expect(pages.map(isKept)).toEqual([...Array(perMinute).fill(false), true, true]);
    const rows = await wide.orm.em.fork().execute('select checks from kept_claim where next_check_at is not null');
    expect(rows).toEqual([{ checks: 0 }, { checks: 0 }]);
  });

  it('count by address in a page that counts nothing itself, and not at all for accounts and for the server’s own work', async () => {
    const counts = { address: 0, all: 0, usedUp: 0, work: 0 };
    let left = 2;
    const use = async () => {
      counts.work += 1;
    };
    const pools = countVisitorReads(new Map([[31337, { chainId: 31337, use } as unknown as RpcPool]]), {
      takeByAddress: async (client) => {
        counts.address += 1;
        return client === 'full' ? 1_000 : null;
      },
      takeInAll: async () => {
        counts.all += 1;
        left -= 1;
        return left < 0 ? 2_000 : null;
      },
      onUsedUp() {
        counts.usedUp += 1;
      },
    });
    const read = async () => await pools.get(31337)?.use(async () => undefined);
    await asVisitor('one', async () => {
      await read();
      await read();
    });
    expect(counts).toEqual({ address: 1, all: 2, usedUp: 0, work: 2 });
    const denied = { name: 'RpcError', code: 'rpc_rate_limited' };
    await expect(asVisitor('one', read)).rejects.toMatchObject({ ...denied, retryAfterMs: 2_000 });
    await expect(asVisitor('full', read)).rejects.toMatchObject({ ...denied, retryAfterMs: 1_000 });
    expect(counts).toEqual({ address: 3, all: 3, usedUp: 1, work: 2 });
    const counted = (by: 'address' | 'account') => () => {
      noteCounted(by);
      return read();
    };
    await expect(asVisitor('full', counted('address'))).rejects.toMatchObject({ retryAfterMs: 2_000 });
    await asVisitor('full', counted('account'));
    await asVisitor('full', () => asServer(read));
    await read();
    expect(counts).toEqual({ address: 3, all: 4, usedUp: 2, work: 5 });
  });
});

describe('a read that is no visit changes nothing', () => {
  const statusOf = async (id: string): Promise<number> => {
    const rows = await wide.orm.em.fork().execute('select status from checkout_intent where id = ?', [id]);
    return Number((rows as { status: number }[])[0]?.status);
  };
  it.each([
    ['HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch;prerender' }],
    [
      'a picture of another site',
      'GET',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ],
    [
      'a frame of another site',
      'GET',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ],
  ])('%s', async (_name, method, headers) => {
    const id = await makeIntent(wide.orm.em, wide.store);
    for (const path of [`/checkout/${id}`, `/checkout/${id}/view`, `/checkout/${id}/cancel`, `/checkout/${id}.data`]) {
      expect((await get(wide, path, '192.0.2.9', headers, method)).status).toBe(200);
    }
    expect(await statusOf(id)).toBe(1);
    await get(wide, `/checkout/${id}`, '192.0.2.9', {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    });
    await expect.poll(() => statusOf(id)).toBeGreaterThan(1);
  });
});
