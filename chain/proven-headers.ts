// The headers that the first pass proved, kept until the second pass has read their blocks. In memory only: after a restart the second
// pass reads those from before it again.
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
  /** The longest run of headers that ends at `to` with this hash and begins at `from` or later, each the parent of the next. Empty: none. */
  upTo(hash: Hex, from: bigint, to: bigint): Header[];
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
    upTo(hash, from, to) {
      const headers: Header[] = [];
      let wanted = hash;
      for (let number = to; number >= from; number -= 1n) {
        const header = byNumber.get(number);
        if (header?.hash !== wanted) break;
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
