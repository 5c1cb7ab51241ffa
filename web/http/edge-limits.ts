// What one client, and all together, may use of the pages. The API has limits of its own (api/rate-limit.ts).
import type { RateLimit } from '#web/api/rate-limit.ts';

export interface StreamLimits {
  /** Open event streams of one client address. A browser has one, however many tabs it has. */
  perAddress: number;
  /** Open event streams of one process. */
  total: number;
}

export interface EdgeLimits {
  /** Requests for pages and their data, by client address and in all servers together. Scripts and styles do not count. */
  pages: { perAddress: RateLimit; total: RateLimit };
  streams: StreamLimits;
  /**
   * Requests that read chains, by account and client address: each costs calls to RPC providers. `visitors`: single reads that visitors
   * without an account cause, all servers together.
   */
  chainReads: { perAccount: RateLimit; perAddress: RateLimit; visitors: RateLimit };
}

/**
 * A shop or an office can share one address. An open checkout requests 3 pages a minute, one that confirms 20, a dashboard 8: an address
 * can have some hundred of them open. A payment by wallet costs 10 to 30 reads: 6,000 are 200 payments a minute or more.
 */
export const DEFAULT_EDGE_LIMITS: EdgeLimits = {
  pages: { perAddress: { perMinute: 1_200 }, total: { perMinute: 60_000 } },
  streams: { perAddress: 100, total: 5_000 },
  chainReads: { perAccount: { perMinute: 30 }, perAddress: { perMinute: 300 }, visitors: { perMinute: 6_000 } },
};
