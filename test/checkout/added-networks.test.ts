// Networks of CHAINS_FILE in the pages: the bundle of the pages and the server's code are two copies of domain/chains.ts in one process,
// and browsers get the entries with the document (decision 0087).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainById, setConfiguredChains } from '#domain/chains.ts';
import { chainsWith } from '#web/account/keys/known-chains.ts';
import { type EdgeServer, startEdgeServer } from './edge-server.ts';

const ENTRY = {
  ...{ id: 43_114, name: 'Avalanche', mark: 'AVAX', native: { symbol: 'AVAX', usd: '25' }, blockSeconds: 2 },
  ...{ explorerTxUrl: 'https://snowtrace.io/tx/', confirmation: [{ blocks: 3 }], gasPriceCapGwei: 100 },
  tokens: [{ coin: 'USDC', address: '0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E', decimals: 6 }],
};

let server: EdgeServer;
beforeAll(async () => {
  setConfiguredChains([ENTRY]);
  const chains = [{ chain: chainById(43_114), rpcUrls: ['http://127.0.0.1:9/of-a-provider'] }];
  server = await startEdgeServer({ pages: { chains } });
});
afterAll(async () => {
  setConfiguredChains([]);
  await server?.close();
});

const page = async (path: string): Promise<string> => {
  const response = await fetch(server.origin + path);
  expect(response.status).toBe(200);
  return await response.text();
};
const entriesIn = (html: string): string | null =>
  /<script id="configured-chains" type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? null;

test('a page carries the entries, without URLs of providers, and a browser believes them', async () => {
  const html = await page('/account/log-in');
  expect(JSON.parse(entriesIn(html) ?? 'null')).toEqual([ENTRY]);
  expect(html).not.toContain('of-a-provider');
  const added = chainsWith(entriesIn(html)).filter(({ isConfigured }) => isConfigured);
  expect(added.map(({ chain }) => chain)).toEqual([chainById(43_114)]);
});

test("the guide's table of networks, which the bundle makes, has it", async () => {
  const shown = (await page('/docs/chains')).replaceAll(/<script.*?<\/script>/gs, '');
  expect(shown).toMatch(/Avalanche.*43114.*USDC.*0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E/s);
});

test('without such networks a page carries none', async () => {
  setConfiguredChains([]);
  try {
    expect(entriesIn(await page('/account/log-in'))).toBeNull();
  } finally {
    setConfiguredChains([ENTRY]);
  }
});
