// Minimal JSON-RPC calls to a local node.

interface Answer<T> {
  result?: T;
  error?: { code: number; message: string };
}

/** Calls one method. Throws an Error with the node's message, or when it does not respond within `timeoutMs`. */
export async function rpcCall<T>(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  timeoutMs = 30_000,
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const reply = (await response.json()) as Answer<T>;
  if (reply.error) throw new Error(`${method}: ${reply.error.message} (${reply.error.code})`);
  return reply.result as T;
}

/** The used members of a block; numbers are hexadecimal strings. */
export interface RpcBlock {
  number: string;
  hash: string;
  parentHash: string;
  timestamp: string;
  transactions: readonly unknown[];
}
