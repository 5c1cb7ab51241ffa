// Reads a transaction hash as people paste it: with or without 0x, with spaces, in any case, or inside an explorer's URL.
import type { Hex } from './address.ts';

/** Not a part of a longer word: other long numbers are not hashes. */
const HASH = /(?<![0-9a-z])(?:0x)?([0-9a-f]{64})(?![0-9a-z])/gi;
const MAX_LENGTH = 512;

/** The one hash in a text, in lower case with 0x; undefined when there is none or more than one. */
export const parseTxHash = (text: string): Hex | undefined => {
  const found = new Set([...text.matchAll(HASH)].map(([, digits = '']): Hex => `0x${digits.toLowerCase()}`));
  const [hash] = found;
  return found.size === 1 && text.length <= MAX_LENGTH ? hash : undefined;
};
