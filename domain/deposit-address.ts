// The deposit address of an intent: a pure function of the terms that it binds (docs/architecture.md section 6).
// CREATE2 of an EIP-1167 clone, deployed by the factory, which has the same address on every chain.
import { abiWord, contractIdWord } from './abi.ts';
import { type Address, type Hex, toChecksumAddressBy } from './address.ts';
import { fastKeccak, fastKeccak256 as keccak256 } from './fast-keccak.ts';
import type { ContractId } from './ids.ts';

/** Who is paid from a deposit, and at which fee. They never change: the address would move. */
export interface DepositTerms {
  receiver: Address;
  feeReceiver: Address;
  /** Parts of 1e9. */
  feeRateE9: bigint;
  contractId: ContractId;
}

/** keccak256(abi.encode(receiver, feeReceiver, feeRate, contractId)); the id as a right-aligned number in 32 bytes. */
export const termsSalt = (terms: DepositTerms): Hex =>
  keccak256(
    `0x${abiWord(terms.receiver)}${abiWord(terms.feeReceiver)}${abiWord(terms.feeRateE9)}${contractIdWord(terms.contractId)}`,
  );

/** In the last 20 bytes of a hash. */
const addressOf = (hash: Hex): Address => toChecksumAddressBy(fastKeccak, `0x${hash.slice(-40)}`);

/** The address of the factory's first contract, its clone implementation (a CREATE with nonce 1, RLP of [factory, 1]). */
export const implementationAddress = (factory: Address): Address =>
  addressOf(keccak256(`0xd694${factory.slice(2).toLowerCase()}01`));

const cloneCodeHashes = new Map<Address, Hex>();

/** Hash of the clone's creation code; the same for all deposits of a factory, so it is computed once. */
const cloneCodeHash = (factory: Address): Hex => {
  const known = cloneCodeHashes.get(factory);
  if (known) return known;
  const implementation = implementationAddress(factory).slice(2).toLowerCase();
  const hash = keccak256(`0x3d602d80600a3d3981f3363d3d373d3d3d363d73${implementation}5af43d82803e903d91602b57fd5bf3`);
  cloneCodeHashes.set(factory, hash);
  return hash;
};

export const depositAddress = (factory: Address, terms: DepositTerms): Address => {
  const preimage: Hex = `0xff${factory.slice(2).toLowerCase()}${termsSalt(terms).slice(2)}${cloneCodeHash(factory).slice(2)}`;
  return addressOf(keccak256(preimage));
};
