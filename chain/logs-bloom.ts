// The 2048-bit filter of logs in a block header (Ethereum yellow paper, section 4.3.1). It has false
// positives only: a value that it does not contain is not in the block; for one that it seems to contain, the receipts decide.
import { type Hex, keccak256 } from '#domain/address.ts';

const BYTES = 256;

/** The three bits that an address or a topic sets, as byte offset and mask. */
const bitsOf = (item: Hex): [number, number][] => {
  const hash = keccak256(item);
  return [2, 6, 10].map((start) => {
    const bit = Number.parseInt(hash.slice(start, start + 4), 16) & 0x7ff;
    return [BYTES - 1 - (bit >> 3), 1 << (bit & 7)];
  });
};

/** A test for one item, its hash computed once. */
export const bloomProbe = (item: Hex): ((bloom: Uint8Array) => boolean) => {
  const bits = bitsOf(item);
  return (bloom) => bits.every(([offset, mask]) => ((bloom[offset] ?? 0) & mask) !== 0);
};

/** The filter that a block with these logs has. */
export const bloomOfLogs = (logs: readonly { address: Hex; topics: readonly Hex[] }[]): Uint8Array => {
  const bloom = new Uint8Array(BYTES);
  const items = new Set(logs.flatMap(({ address, topics }) => [address.toLowerCase() as Hex, ...topics]));
  for (const item of items) for (const [offset, mask] of bitsOf(item)) bloom[offset] = (bloom[offset] ?? 0) | mask;
  return bloom;
};
