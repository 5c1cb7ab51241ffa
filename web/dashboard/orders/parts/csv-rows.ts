// Counts the rows of a CSV while its bytes arrive in chunks. A line break within quotes belongs to its cell.

const LINE_FEED = 10;
const QUOTE = 34;

/** @returns a function that takes the next bytes and returns the number of complete rows so far, without the header row */
export const rowCounter = (): ((bytes: Uint8Array) => number) => {
  let lines = 0;
  let isQuoted = false;
  return (bytes) => {
    for (const byte of bytes) {
      // A quote within a cell is written twice, and changes nothing.
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted) lines += 1;
    }
    return Math.max(lines - 1, 0);
  };
};
