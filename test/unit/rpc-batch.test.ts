// A long batch goes out in several requests at a time. Its results are in the order of its calls.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createRpcProvider } from '#chain/rpc-provider.ts';

interface Message {
  id: number;
  params: [number];
}

test('a batch of 950 calls is in order, although later responses come first', async () => {
  const waiting: (() => void)[] = [];
  const sizes: number[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const messages = JSON.parse(body) as Message[];
    sizes.push(messages.length);
    waiting.push(() => response.end(JSON.stringify(messages.map(({ id, params }) => ({ id, result: params[0] })))));
    // The last of those under way first.
    if (waiting.length === 4 || sizes.length === 10) for (const answer of waiting.splice(0).reverse()) answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const provider = createRpcProvider({
    url: `http://127.0.0.1:${port}`,
    name: 'one',
    timeoutMs: 20_000,
    onRequest: () => {},
  });
  try {
    const calls = Array.from({ length: 950 }, (_, index) => ({ method: 'echo', params: [index] }));
    expect(await provider.batch(calls)).toEqual(calls.map(({ params }) => params[0]));
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, ...Array(9).fill(100)]);
  } finally {
    await provider.close();
    server.close();
  }
});
