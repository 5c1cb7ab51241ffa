// Cursors of lists: opaque to clients, and good only for the store and the filter of the page that gave them. A cursor holds no secret
// and opens nothing: every query names the store. What it is bound to keeps a client from mixing up two lists.
import { createHash } from 'node:crypto';

const HASH_BYTES = 8;

/** Of store and filter, whatever the order of the filter's members. */
const hashOf = (storeId: string, filter: object, position: string): Buffer => {
  const members = Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([storeId, members, position]);
  return createHash('sha256').update(text).digest().subarray(0, HASH_BYTES);
};

/** @param position lower-case hex: where the next page begins after */
export const makeCursor = (storeId: string, filter: object, position: string): string =>
  Buffer.concat([hashOf(storeId, filter, position), Buffer.from(position, 'hex')]).toString('base64url');

/** The position, or undefined for a text that is no cursor of this list. */
export const readCursor = (storeId: string, filter: object, cursor: string): string | undefined => {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length <= HASH_BYTES || bytes.toString('base64url') !== cursor) return undefined;
  const position = bytes.subarray(HASH_BYTES).toString('hex');
  return hashOf(storeId, filter, position).equals(bytes.subarray(0, HASH_BYTES)) ? position : undefined;
};
