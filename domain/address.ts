// EVM addresses: one spelling everywhere (EIP-55), checked when anything enters the system.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** An EIP-55 checksummed address. */
export type Address = `0x${string}`;
/** Lower-case 0x-prefixed hex of any length. */
export type Hex = `0x${string}`;

export const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000';

export const keccak256 = (data: Hex): Hex => `0x${bytesToHex(keccak_256(hexToBytes(data.slice(2))))}`;

/** The EIP-55 spelling of any spelling of an address. Throws RangeError when it is not 20 bytes of hex. */
export const toChecksumAddress = (address: string): Address => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) throw new RangeError(`Not an address: ${address}`);
  const lower = address.slice(2).toLowerCase();
  const hash = bytesToHex(keccak_256(utf8ToBytes(lower)));
  const cased = [...lower].map((char, index) =>
    Number.parseInt(hash.charAt(index), 16) >= 8 ? char.toUpperCase() : char,
  );
  return `0x${cased.join('')}`;
};

/**
 * Accepts an address as a person or a configuration gives it: all lower or all upper case (no checksum), or mixed case
 * with a right checksum. Returns the EIP-55 spelling, or undefined when the hex or the checksum is wrong.
 */
export const parseAddress = (text: string): Address | undefined => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined;
  const checksummed = toChecksumAddress(text);
  const digits = text.slice(2);
  const unchecked = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  return unchecked || checksummed === text ? checksummed : undefined;
};
