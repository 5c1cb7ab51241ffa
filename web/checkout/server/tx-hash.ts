// Reads a transaction hash as people paste it: with spaces, in any case, or inside an explorer's URL.
import type { Hex } from '#domain/address.ts';

const HASH = /0x[0-9a-fA-F]{64}(?![0-9a-fA-F])/g;

/** The one hash in a text, in lower case; undefined when there is none or more than one. */
export const parseTxHash = (text: string): Hex | undefined => {
  const found = new Set(text.match(HASH)?.map((hash) => hash.toLowerCase() as Hex));
  const [hash] = found;
  return found.size === 1 && text.length <= 512 ? hash : undefined;
};
