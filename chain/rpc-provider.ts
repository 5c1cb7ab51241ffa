// One JSON-RPC endpoint over undici: single calls and batches, a deadline on each request, validated responses.
import { Agent, request } from 'undici';
import { malformed, RpcError } from './rpc-errors.ts';

export interface RpcCall {
  method: string;
  params: readonly unknown[];
}

export interface RpcProvider {
  /** The host, for logs and messages; never the whole URL, which may carry a key. */
  readonly name: string;
  /** The result of one call. Throws RpcError. */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  /** The results in the order of the calls; an element that the node rejected is an RpcError at its index. Throws RpcError. */
  batch(calls: readonly RpcCall[]): Promise<unknown[]>;
  close(): Promise<void>;
}

export interface RpcProviderOptions {
  url: string;
  name: string;
  /** From sending to the last byte of the response. */
  timeoutMs: number;
  /** Told of every HTTP request and the calls in it; for measuring. */
  onRequest: (methods: readonly string[]) => void;
}

/** Providers commonly reject more than 100 calls in one batch. */
const MAX_BATCH = 100;
const CONNECTIONS = 4;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const REVERTED = 3;

/**
 * Runs `work` on as many items as one batch may hold at a time, in parallel as far as there are connections. A failure ends its lane, and with
 * it the whole.
 */
export const inBatches = async <Item, Result>(
  items: readonly Item[],
  work: (slice: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> => {
  const slices = Array.from({ length: Math.ceil(items.length / MAX_BATCH) }, (_, index) =>
    items.slice(index * MAX_BATCH, (index + 1) * MAX_BATCH),
  );
  const results: (readonly Result[])[] = [];
  const rest = slices.entries();
  const lane = async (): Promise<void> => {
    for (const [index, slice] of rest) results[index] = await work(slice);
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS, slices.length) }, lane));
  return results.flat();
};

interface Answer {
  id?: unknown;
  result?: unknown;
  error?: { code?: unknown; message?: unknown } | null;
}

export const createRpcProvider = ({ url, name, timeoutMs, onRequest }: RpcProviderOptions): RpcProvider => {
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: Math.min(timeoutMs, 5_000) },
    maxResponseSize: MAX_RESPONSE_BYTES,
  });

  const post = async (calls: readonly RpcCall[], asBatch: boolean): Promise<unknown> => {
    onRequest(calls.map(({ method }) => method));
    const messages = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }));
    let text: string;
    try {
      const response = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(asBatch ? messages : messages[0]),
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.body.text();
      if (response.statusCode === 429) {
        throw new RpcError('rpc_rate_limited', name, 'too many requests (429)', {
          retryAfterMs: retryAfter(response.headers['retry-after']),
        });
      }
      // Nodes return protocol errors with 4xx and a JSON body, which is read below.
      if (response.statusCode >= 500) throw new RpcError('rpc_unreachable', name, `HTTP ${response.statusCode}`);
    } catch (error) {
      if (error instanceof RpcError) throw error;
      const reason =
        error instanceof Error && error.name === 'TimeoutError' ? `no response in ${timeoutMs} ms` : 'not reachable';
      throw new RpcError('rpc_unreachable', name, reason, { cause: error });
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      throw malformed(name, 'the response is not JSON', error);
    }
  };

  const resultOf = (reply: Answer, method: string): unknown => {
    if (reply.error) {
      const { code, message } = reply.error;
      const kind = code === REVERTED ? 'rpc_reverted' : 'rpc_refused';
      return new RpcError(kind, name, `${method}: ${String(message)} (${String(code)})`);
    }
    return reply.result === undefined ? malformed(name, `${method}: neither result nor error`) : reply.result;
  };

  const postBatch = async (calls: readonly RpcCall[]): Promise<unknown[]> => {
    const responses = await post(calls, true);
    // A rejected batch has one error object as its response.
    if (!Array.isArray(responses)) {
      const denial = isObject(responses) ? resultOf(responses, 'batch') : undefined;
      throw denial instanceof RpcError ? denial : malformed(name, 'a batch was not answered with a list');
    }
    const byId = new Map(responses.filter(isObject).map((reply) => [reply.id, reply]));
    return calls.map(({ method }, id) => {
      const reply = byId.get(id);
      if (!reply) throw malformed(name, `${method}: no response in the batch`);
      return resultOf(reply, method);
    });
  };

  return {
    name,
    async call(method, params) {
      const reply = await post([{ method, params }], false);
      if (!isObject(reply)) throw malformed(name, `${method}: the response is not an object`);
      const result = resultOf(reply, method);
      if (result instanceof RpcError) throw result;
      return result;
    },
    batch: (calls) => inBatches(calls, postBatch),
    // Not `close`, which waits for a hanging provider.
    close: () => agent.destroy(),
  };
};

const isObject = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const retryAfter = (header: string | string[] | undefined): number | null => {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 60) * 1000 : null;
};
