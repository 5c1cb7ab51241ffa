// Client IP addresses: allowlists of addresses and CIDR ranges, IPv4 and IPv6, and the rate limit's key of an address.
import ipaddr from 'ipaddr.js';

/** Maps `::ffff:192.0.2.1` to the IPv4 address in it. Undefined when the text is no address. */
const parse = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined =>
  ipaddr.isValid(text) ? ipaddr.process(text) : undefined;

const entryMatches = (entry: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean => {
  if (!entry.includes('/')) return parse(entry)?.toNormalizedString() === address.toNormalizedString();
  const [range, bits] = ipaddr.parseCIDR(entry);
  // A range of IPv4-mapped addresses means the IPv4 range, as an address does.
  if (range instanceof ipaddr.IPv6 && range.isIPv4MappedAddress() && bits >= 96)
    return address instanceof ipaddr.IPv4 && address.match(range.toIPv4Address(), bits - 96);
  // The kinds are equal, but the types cannot relate two unions of IPv4 and IPv6.
  return range.kind() === address.kind() && address.match([range, bits] as never);
};

/** Whether an address may use a key; an empty list allows all. */
export const isAllowedAddress = (allowlist: readonly string[], text: string): boolean => {
  if (allowlist.length === 0) return true;
  const address = parse(text);
  return address !== undefined && allowlist.some((entry) => entryMatches(entry, address));
};

/** The first `bits` of an IPv6 address, which belong to one client; the whole IPv4 address. */
const networkKey = (text: string, bits: 48 | 64): string => {
  const address = parse(text);
  if (!(address instanceof ipaddr.IPv6)) return address?.toString() ?? 'unknown';
  const parts = address.parts.slice(0, bits / 16).map((part) => part.toString(16));
  return `${parts.join(':')}::/${bits}`;
};

/** One key for each client: its IPv4 address, or the /64 of its IPv6 address. */
export const addressCountKey = (text: string): string => networkKey(text, 64);

/** One key for each site: a provider gives a customer up to a /48, so the /64 of an attacker costs nothing. */
export const siteCountKey = (text: string): string => networkKey(text, 48);
