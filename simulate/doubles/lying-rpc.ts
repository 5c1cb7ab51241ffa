// An RPC provider that lies: an HTTP proxy in front of a real node. Tests change its responses call by call.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rpcCall } from '#scripts/lib/stack/json-rpc.ts';

export interface Lie {
  /** Changes the response of one call. `undefined` omits the response; a thrown Error becomes a JSON-RPC error. */
  response?: (method: string, params: readonly unknown[], truth: () => Promise<unknown>) => Promise<unknown>;
  /** Handles the whole HTTP request: a status with headers, an incomplete body, or no response. */
  http?: { status: number; headers?: Record<string, string> } | 'cut' | 'hang';
}

export interface LyingRpc {
  url: string;
  /** Null: responses are passed on unchanged. */
  lie: Lie | null;
  /** JSON-RPC calls so far. */
  calls: number;
  stop(): Promise<void>;
}

interface Message {
  id: number;
  method: string;
  params: readonly unknown[];
}

export const startLyingRpc = async (target: string, lie: Lie | null = null): Promise<LyingRpc> => {
  const hanging = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Message | Message[];
    const messages = Array.isArray(body) ? body : [body];
    proxy.calls += messages.length;
    const { http } = proxy.lie ?? {};
    if (http === 'hang') return void hanging.add(response);
    if (typeof http === 'object') return void response.writeHead(http.status, http.headers).end('no');
    const responses = await Promise.all(messages.map((message) => reply(message)));
    const text = JSON.stringify(Array.isArray(body) ? responses : responses[0]);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(http === 'cut' ? text.slice(0, text.length / 2) : text);
  });

  const reply = async ({ id, method, params }: Message): Promise<object> => {
    try {
      const truth = (): Promise<unknown> => rpcCall(target, method, params);
      const result = proxy.lie?.response ? await proxy.lie.response(method, params, truth) : await truth();
      return { jsonrpc: '2.0', id, result };
    } catch (error) {
      return { jsonrpc: '2.0', id, error: { code: -32000, message: (error as Error).message } };
    }
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: LyingRpc = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie,
    calls: 0,
    async stop() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};
