// EIP-55 spellings of the addresses that were read last. Blocks are read twice (finality-pass.ts) and popular receivers recur, so
// that many hashes are saved.
import { type Address, type Hex, toChecksumAddressBy } from '#domain/address.ts';
import { fastKeccak } from '#domain/fast-keccak.ts';

/** Of each of the two generations; about 1 MB. */
const REMEMBERED = 4_000;

let young = new Map<Hex, Address>();
let old = new Map<Hex, Address>();

/** @param address lower-case */
export const spelledAddress = (address: Hex): Address => {
  const known = young.get(address);
  if (known) return known;
  const spelled = old.get(address) ?? toChecksumAddressBy(fastKeccak, address);
  if (young.size >= REMEMBERED) {
    old = young;
    young = new Map();
  }
  young.set(address, spelled);
  return spelled;
};
