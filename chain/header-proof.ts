// Whether a header's hash is the hash of its own fields. If it is, nobody can change the fields (the parent, the time, the filter of the
// logs) without changing the hash, so that two providers who name the same hash mean the same block with all blocks below it.
import type { Hex } from '#domain/address.ts';
import { fastKeccak } from '#domain/fast-keccak.ts';

type Field = readonly [name: string, kind: 'bytes' | 'number'];

/** In the order of the hash (Ethereum yellow paper, section 4.3). */
const FIELDS: readonly Field[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'number'],
  ['number', 'number'],
  ['gasLimit', 'number'],
  ['gasUsed', 'number'],
  ['timestamp', 'number'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
];

/** Added by later rules of the chain; each is in the hash where the header has it. */
const LATER_FIELDS: readonly Field[] = [
  ['baseFeePerGas', 'number'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'number'],
  ['excessBlobGas', 'number'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
];

/** Digits of a field's bytes. */
const digitsOf = (value: unknown, kind: Field[1]): string => {
  if (typeof value !== 'string' || !value.startsWith('0x')) throw new TypeError('a field of the header is missing');
  const digits = kind === 'bytes' ? value.slice(2) : value.slice(2).replace(/^0+/, '');
  if (kind === 'bytes' && digits.length % 2 !== 0) throw new TypeError('a field of the header is not bytes');
  return evenly(digits);
};

const evenly = (digits: string): string => (digits.length % 2 === 0 ? digits : `0${digits}`);

/** RLP's prefix of a text or a list of this many bytes. ethers' encoder takes twice as long as the hash itself. */
const prefixOf = (bytes: number, short: number): string => {
  if (bytes <= 55) return (short + bytes).toString(16);
  const length = evenly(bytes.toString(16));
  return (short + 55 + length.length / 2).toString(16) + length;
};

const itemOf = (digits: string): string =>
  digits.length === 2 && digits < '80' ? digits : prefixOf(digits.length / 2, 0x80) + digits;

/** The hash of a header as nodes give it in JSON. Throws when a field is missing or not hex. */
export const hashOfHeader = (block: Readonly<Record<string, unknown>>): Hex => {
  const later = LATER_FIELDS.filter(([name]) => block[name] !== null && block[name] !== undefined);
  const items = [...FIELDS, ...later].map(([name, kind]) => itemOf(digitsOf(block[name], kind))).join('');
  const text = prefixOf(items.length / 2, 0xc0) + items;
  const message = Buffer.from(text, 'hex');
  // `Buffer.from` ends at the first character that is not a digit: what comes after it would not be in the hash.
  if (message.length * 2 !== text.length) throw new TypeError('a field of the header is not hex');
  return `0x${Buffer.from(fastKeccak(message)).toString('hex')}`;
};

/** False also for a chain whose headers have fields that we do not know: then nothing is proven, and more is read. */
export const isProvenHeader = (block: Readonly<Record<string, unknown>>): boolean => {
  try {
    return hashOfHeader(block) === String(block.hash).toLowerCase();
  } catch {
    return false;
  }
};
