// EVM addresses: one spelling everywhere (EIP-55), checked when anything enters the system.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { UserError } from './errors.ts';

/** An EIP-55 checksummed address. */
export type Address = `0x${string}`;
/** Lower-case 0x-prefixed hex of any length. */
export type Hex = `0x${string}`;

export const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000';

export const keccak256 = (data: Hex): Hex => `0x${bytesToHex(keccak_256(hexToBytes(data.slice(2))))}`;

const LETTER_A = 97;
const TO_UPPER_CASE = 32;
const DIGITS = 40;
/** The digits of the address that is being spelled, as ASCII: a watcher spells thousands of addresses a second. */
const digits = new Uint8Array(DIGITS);

/** The EIP-55 spelling of any spelling of an address. Throws RangeError when it is not 20 bytes of hex. */
export const toChecksumAddress = (address: string): Address => toChecksumAddressBy(keccak_256, address);

/** The same with another function that computes Keccak-256. */
export const toChecksumAddressBy = (keccak: (message: Uint8Array) => Uint8Array, address: string): Address => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) throw new RangeError(`Not an address: ${address}`);
  // The bit makes a letter lower case, and every decimal digit has it.
  for (let index = 0; index < DIGITS; index += 1) digits[index] = address.charCodeAt(index + 2) | TO_UPPER_CASE;
  const hash = keccak(digits);
  // A letter whose half byte of the hash is 8 or more is upper case.
  for (let index = 0; index < DIGITS; index += 1) {
    const digit = digits[index] ?? 0;
    const half = ((hash[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 15;
    if (half >= 8 && digit >= LETTER_A) digits[index] = digit - TO_UPPER_CASE;
  }
  // Not by spreading, which makes an object for each digit.
  return `0x${Reflect.apply(String.fromCharCode, undefined, digits)}`;
};

/**
 * Accepts an address as a program gives it (a wallet, an API client): all lower or all upper case (no checksum), or mixed case
 * with a right checksum. Returns the EIP-55 spelling, or undefined when the hex or the checksum is wrong.
 */
export const parseAddress = (text: string): Address | undefined => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined;
  const checksummed = toChecksumAddress(text);
  const digits = text.slice(2);
  const unchecked = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return unchecked || checksummed === text ? checksummed : undefined;
};

/**
 * An address that a person typed or pasted: in EIP-55 spelling only, so that one wrong character is noticed. The error does not show
 * the right spelling: it would be copied, typing error and all. Throws UserError `bad_address`, `no_checksum`, `bad_checksum`.
 */
export const typedAddress = (typed: string): Address => {
  const text = typed.trim();
  if (!/^0x[0-9a-fA-F]{40}$/.test(text))
    throw new UserError('bad_address', 'This is not an address: 0x and 40 hex digits are needed.');
  if (toChecksumAddress(text) === text) return text as Address;
  const digits = text.slice(2);
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase())
    throw new UserError(
      'no_checksum',
      'Upper and lower case are missing, which show typing errors (EIP-55 checksum). Copy the address from the wallet.',
    );
  throw new UserError(
    'bad_checksum',
    'The EIP-55 checksum is wrong: a character is not the right one. Copy the address from the wallet.',
  );
};
