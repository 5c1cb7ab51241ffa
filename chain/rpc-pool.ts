// The RPC providers of one chain: which to use, which to avoid for a while, and counters of their calls.
// Health is errors and head lag. A provider is used only after it has returned the right chain id. The unit of work is a function over
// one provider, so that all reads of one block come from the same node.
import { isRpcError, providerLies, RpcError } from './rpc-errors.ts';
import { createRpcProvider, type RpcProvider } from './rpc-provider.ts';

export interface RpcPoolOptions {
  chainId: number;
  urls: readonly string[];
  /** WebSocket addresses that announce new heads; for watchers. None: they poll. */
  wsUrls?: readonly string[];
  /** Deadline of each HTTP request. */
  timeoutMs?: number;
}

export interface RpcStats {
  /** HTTP requests; a batch is one. */
  requests: number;
  /** JSON-RPC calls; a batch counts each element. */
  calls: number;
  byMethod: Record<string, number>;
}

export interface ProviderHealth {
  name: string;
  head: bigint | null;
  /** Consecutive failures. */
  failures: number;
  lastError: string | null;
}

/** Who is not asked. */
export interface AskChoice {
  /** The name of one. */
  except?: string | undefined;
  /** Without those that failed a moment ago: a provider that hangs would have all others waited for. */
  isResponsiveOnly?: boolean;
}

export interface RpcPool {
  readonly chainId: number;
  readonly size: number;
  readonly wsUrls: readonly string[];
  /**
   * Runs `work` with the best provider, and again with the next when it fails with a retryable RpcError, each provider once.
   * Throws the last RpcError, or whatever else `work` threw.
   * @param avoid used last, if at all: for a second opinion
   */
  use<T>(work: (provider: RpcProvider) => Promise<T>, avoid?: string): Promise<T>;
  /** The same for every provider; failures are left out. */
  askAll<T>(
    work: (provider: RpcProvider) => Promise<T>,
    choice?: AskChoice,
  ): Promise<{ provider: string; response: T }[]>;
  /** Reports a provider's head; lagging ones are used after the others. */
  reportHead(provider: string, head: bigint): void;
  /** Counts a call that went over a WebSocket. */
  countCall(method: string): void;
  stats(): RpcStats;
  health(): ProviderHealth[];
  close(): Promise<void>;
}

const FIRST_PENALTY_MS = 250;
const MAX_PENALTY_MS = 30_000;
/** A provider this many blocks behind the best is used after the others. */
const LAG_BLOCKS = 2n;

interface Entry {
  provider: RpcProvider;
  verified: boolean;
  head: bigint | null;
  failures: number;
  /** On the monotonic clock. */
  restUntil: number;
  lastError: string | null;
}

export const createRpcPool = ({ chainId, urls, wsUrls = [], timeoutMs = 10_000 }: RpcPoolOptions): RpcPool => {
  if (urls.length === 0) throw new RangeError(`Chain ${chainId} has no RPC URL`);
  const stats: RpcStats = { requests: 0, calls: 0, byMethod: {} };
  const onRequest = (methods: readonly string[]): void => {
    stats.requests += 1;
    for (const method of methods) count(stats, method);
  };
  const providers = urls.map((url, index) =>
    createRpcProvider({ url, name: `rpc ${index + 1} (${new URL(url).host})`, timeoutMs, onRequest }),
  );
  return createPoolOf(chainId, providers, stats, wsUrls);
};

const count = (stats: RpcStats, method: string): void => {
  stats.calls += 1;
  stats.byMethod[method] = (stats.byMethod[method] ?? 0) + 1;
};

/** A pool of providers that exist already. @param stats counted by them */
export const createPoolOf = (
  chainId: number,
  providers: readonly RpcProvider[],
  stats: RpcStats,
  wsUrls: readonly string[] = [],
): RpcPool => {
  const entries: Entry[] = providers.map((provider) => ({
    provider,
    verified: false,
    head: null,
    failures: 0,
    restUntil: 0,
    lastError: null,
  }));

  const fail = (entry: Entry, error: RpcError): void => {
    entry.failures += 1;
    entry.lastError = error.message;
    // After a failure there may be another node behind the URL.
    entry.verified = false;
    const wait = Math.min(FIRST_PENALTY_MS * 2 ** (entry.failures - 1), MAX_PENALTY_MS);
    entry.restUntil = performance.now() + Math.max(wait, error.retryAfterMs ?? 0);
  };

  const run = async <T>(entry: Entry, work: (provider: RpcProvider) => Promise<T>): Promise<T> => {
    try {
      if (!entry.verified) await verify(entry.provider, chainId);
      entry.verified = true;
      const response = await work(entry.provider);
      entry.failures = 0;
      entry.lastError = null;
      return response;
    } catch (error) {
      if (isRpcError(error) && error.retryable) fail(entry, error);
      throw error;
    }
  };

  const inOrder = (avoid: string | undefined): Entry[] => {
    const now = performance.now();
    const best = entries.reduce((max, { head }) => (head !== null && head > max ? head : max), 0n);
    const rank = (entry: Entry): number =>
      (entry.provider.name === avoid ? 4 : 0) +
      (entry.restUntil > now ? 2 : 0) +
      (entry.head !== null && entry.head + LAG_BLOCKS < best ? 1 : 0);
    // Among the resting, the one that has rested most: a chain with one provider goes on trying it.
    return [...entries].sort((a, b) => rank(a) - rank(b) || (a.restUntil > now ? a.restUntil - b.restUntil : 0));
  };

  return {
    chainId,
    size: entries.length,
    wsUrls,
    async use(work, avoid) {
      let last: unknown = new RpcError('no_provider', `chain ${chainId}`, 'no provider responded');
      for (const entry of inOrder(avoid)) {
        try {
          return await run(entry, work);
        } catch (error) {
          if (!isRpcError(error) || !error.retryable) throw error;
          last = error;
        }
      }
      throw last;
    },
    async askAll(work, { except, isResponsiveOnly = false } = {}) {
      const now = performance.now();
      const asked = entries.filter(
        ({ provider, restUntil }) => provider.name !== except && !(isResponsiveOnly && restUntil > now),
      );
      const responses = await Promise.allSettled(
        asked.map(async (entry) => ({ provider: entry.provider.name, response: await run(entry, work) })),
      );
      return responses.flatMap((response) => (response.status === 'fulfilled' ? [response.value] : []));
    },
    reportHead(name, head) {
      for (const entry of entries) if (entry.provider.name === name) entry.head = head;
    },
    countCall: (method) => count(stats, method),
    stats: () => ({ ...stats, byMethod: { ...stats.byMethod } }),
    health: () =>
      entries.map(({ provider, head, failures, lastError }) => ({ name: provider.name, head, failures, lastError })),
    async close() {
      await Promise.all(entries.map(({ provider }) => provider.close()));
    },
  };
};

const verify = async (provider: RpcProvider, chainId: number): Promise<void> => {
  const response = await provider.call('eth_chainId', []);
  if (typeof response !== 'string' || Number(response) !== chainId) {
    throw providerLies(provider.name, `serves chain ${Number(response)}, not ${chainId}`);
  }
};
