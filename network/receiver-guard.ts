// SSRF guard: resolves a receiver's name once, checks the address and pins it, so that the connection goes to the checked address.
// request-filtering-agent checks a second time inside the connection.
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Agent } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Why a URL can never be called. `other`: it may be called later. */
export type RejectionReason = 'not_https' | 'not_public' | 'other';

/** Rejected before a connection was opened; the message may be shown to the merchant. */
export class ReceiverRejected extends Error {
  override name = 'ReceiverRejected';
  readonly code = 'receiver_refused';
  readonly reason: RejectionReason;

  constructor(message: string, reason: RejectionReason = 'other') {
    super(message);
    this.reason = reason;
  }
}

/** How names are resolved. */
export interface Names {
  /** All addresses of a name. Throws the resolver's error. */
  resolve(hostname: string): Promise<LookupAddress[]>;
  timeoutMs: number;
}

export interface ReceiverPolicy {
  /** Private ranges (CIDR) that may be called, e.g. loopback in development. */
  allowedRanges: readonly string[];
  /** Only https; plain http in development. */
  requireHttps: boolean;
}

/**
 * Public by its range and yet not a receiver's: Azure's metadata and DNS service, v4-compatible v6 (`::/96`), NAT64's local
 * prefix (`64:ff9b:1::/48`) and site-local v6, all of which can lead to private v4 addresses.
 */
const DENIED: readonly Range[] = ['168.63.129.16/32', '::/96', '64:ff9b:1::/48', 'fec0::/10'].map((range) =>
  ipaddr.parseCIDR(range),
);

const isIn = (address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Range): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

/** Whether an address may be connected to. */
export const isAllowedAddress = (address: string, allowedRanges: readonly string[]): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (allowedRanges.some((range) => isIn(parsed, ipaddr.parseCIDR(range)))) return true;
  return parsed.range() === 'unicast' && !DENIED.some((range) => isIn(parsed, range));
};

const SYSTEM_NAMES: Names = {
  resolve: (hostname) => lookup(hostname, { all: true, order: 'ipv4first' }),
  timeoutMs: 5_000,
};

/** A checked receiver: the agent connects to the resolved address only. */
export interface CheckedReceiver {
  url: URL;
  agent: Agent;
}

/** Resolves and checks the receiver's address. Throws ReceiverRejected, or the resolver's error. */
export const checkReceiver = async (
  address: string,
  policy: ReceiverPolicy,
  given: Partial<Names> = {},
): Promise<CheckedReceiver> => {
  const url = new URL(address);
  if (url.protocol !== 'https:' && (policy.requireHttps || url.protocol !== 'http:')) {
    throw new ReceiverRejected('The webhook address must begin with https://', 'not_https');
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const names = { ...SYSTEM_NAMES, ...given };
  const found = await withDeadline(addressesOf(hostname, names), names.timeoutMs);
  const first = found[0];
  // All addresses must pass: a name that also points to a private network is suspect.
  if (!first || !found.every((entry) => isAllowedAddress(entry.address, policy.allowedRanges))) {
    throw new ReceiverRejected('The webhook address does not lead to a public network address', 'not_public');
  }
  const options = {
    lookup: pinnedLookup(first),
    // The library compares within one address family only.
    allowIPAddressList: policy.allowedRanges.filter(
      (range) => ipaddr.parseCIDR(range)[0].kind() === (first.family === 6 ? 'ipv6' : 'ipv4'),
    ),
    keepAlive: false,
  };
  const agent =
    url.protocol === 'https:' ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options);
  return { url, agent };
};

/** The system's resolver has no deadline of its own. */
const withDeadline = async <T>(work: Promise<T>, timeoutMs: number): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new ReceiverRejected('The name of the receiver could not be resolved in time')),
    timeoutMs,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const addressesOf = async (hostname: string, names: Names): Promise<LookupAddress[]> => {
  const family = isIP(hostname);
  return family === 0 ? await names.resolve(hostname) : [{ address: hostname, family }];
};

const pinnedLookup =
  ({ address, family }: LookupAddress): LookupFunction =>
  (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
