// Every public page, opened and posted to by a visitor: one that reads chains, mails somebody or asks Temporal is in the table of doors that
// call others.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chainById } from '#domain/chains.ts';
import { type LyingRpc, startLyingRpc } from '#simulate/doubles/lying-rpc.ts';
import { allRoutes } from '#test/dashboard/routes.ts';
import { makeIntent, randomAddress } from '#test/support/intents.ts';
import { CALLING_DOORS } from '#web/access/calling-doors.ts';
import { type EdgeServer, startEdgeServer } from './edge-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let node: LyingRpc;
/** Calls for a visitor. The usual fee of a network is read once a minute for all pages. */
let calls = 0;
const FOR_ALL = ['eth_chainId', 'eth_gasPrice'];
let server: EdgeServer;
beforeAll(async () => {
  node = await startLyingRpc('', {
    response: async (method) => {
      if (!FOR_ALL.includes(method)) calls += 1;
      return method === 'eth_chainId' ? '0x7a69' : null;
    },
  });
  server = await startEdgeServer({
    trustedProxies: ['127.0.0.1'],
    pages: { chains: [{ chain: chainById(31337), rpcUrls: [node.url] }] },
  });
});
afterAll(async () => {
  await server?.close();
  await node?.stop();
});

/** What makes each page do as much as it can for a stranger. */
const FIELDS = {
  ...{ hash: `0x${'ab'.repeat(32)}`, txHash: `0x${'cd'.repeat(32)}` },
  ...{ coin: 'USDT', network: '31337', email: 'somebody@mail.example', password: 'a long pass phrase 71', name: 'N' },
};

const mails = async (): Promise<number> => {
  const [row] = await server.orm.em.fork().execute<{ count: string }[]>('select count(*) from email_message');
  return Number(row?.count);
};

test('a public page that calls others is in the table', async () => {
  const routes = (await allRoutes()).filter(({ pattern }) => !/^\/(dashboard\/:storeId|operator|demo)\b/.test(pattern));
  expect(routes.length).toBeGreaterThan(40);
  const calling = new Set<string>();
  let visitors = 0;
  for (const { pattern, writes } of routes) {
    const id = await makeIntent(server.orm.em, server.store);
    const address = randomAddress();
    const fields = { ...FIELDS, payer: address, address, repeated: address };
    const path = pattern.replaceAll(/:(\w+)\??/g, (_, name: string) => (name === 'id' ? id : 'none'));
    for (const method of writes ? ['GET', 'POST'] : ['GET']) {
      const before = [calls, await mails()];
      visitors += 1;
      const response = await fetch(server.origin + path, {
        method,
        redirect: 'manual',
        headers: { origin: server.origin, 'x-forwarded-for': `198.18.${visitors >> 8}.${visitors & 255}` },
        ...(method === 'POST' ? { body: new URLSearchParams(fields) } : {}),
      });
      await response.text();
      // 503: Temporal is not there in this test.
      expect([path, method, response.status < 500 || response.status === 503]).toEqual([path, method, true]);
      const askedTemporal = response.status === 503;
      if (askedTemporal || calls !== before[0] || (await mails()) !== before[1])
        calling.add(pattern.replace(/^(?!\/)/, '/'));
    }
  }
  const listed: string[] = Object.values(CALLING_DOORS).map(({ path }) => path);
  expect([...calling].filter((pattern) => !listed.includes(pattern))).toEqual([]);
  // The walk sees calls: these make some with what it sends.
  for (const door of ['wallet', 'walletSent', 'claim', 'walletPick', 'cancel'] as const)
    expect([...calling]).toContain(CALLING_DOORS[door].path);
});
