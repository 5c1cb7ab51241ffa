// A stream of a page without bytes of 0. React 18 renders into buffers of 2 KB, and where a character of several bytes does not fit into
// the rest of one, it sends the rest as zeros (fixed in React 19, facebook/react#26228). Browsers show them as "�" in attributes.
import { Transform } from 'node:stream';

/** No HTML has the character U+0000, and no other character of UTF-8 has a byte of 0. */
export const withoutNullBytes = (): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, chunk.includes(0) ? chunk.filter((byte) => byte !== 0) : chunk);
    },
  });
