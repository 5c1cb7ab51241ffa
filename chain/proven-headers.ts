// The headers that the first pass proved, kept until the second pass has read their blocks. In memory only: after a restart the second
// pass reads headers again.
import type { Hex } from '#domain/address.ts';
import type { Header } from './block-reader.ts';

/** Half an hour of the fastest chain; about 300 bytes each. */
const KEPT = 8_192;

export interface ProvenHeaders {
  /**
   * Adds headers; those that are not proven are left out.
   * @param orphanAbove headers above it are of a chain that is gone; null: none
   */
  add(headers: readonly Header[], orphanAbove: bigint | null): void;
  /** The headers of all these numbers, where all are here and each is the parent of the next up to this hash. */
  below(hash: Hex, from: bigint, to: bigint): Header[] | undefined;
  /** Forgets those at or below a number. */
  forget(upTo: bigint): void;
}

export const createProvenHeaders = (): ProvenHeaders => {
  const byNumber = new Map<bigint, Header>();
  return {
    add(headers, orphanAbove) {
      if (orphanAbove !== null) for (const number of byNumber.keys()) if (number > orphanAbove) byNumber.delete(number);
      for (const header of headers) if (header.isProven) byNumber.set(header.number, header);
      for (const number of byNumber.keys()) {
        if (byNumber.size <= KEPT) break;
        byNumber.delete(number);
      }
    },
    below(hash, from, to) {
      const headers: Header[] = [];
      let wanted = hash;
      for (let number = to; number >= from; number -= 1n) {
        const header = byNumber.get(number);
        if (header?.hash !== wanted) return undefined;
        headers.push(header);
        wanted = header.parentHash;
      }
      return headers.reverse();
    },
    forget(upTo) {
      for (const number of byNumber.keys()) if (number <= upTo) byNumber.delete(number);
    },
  };
};
