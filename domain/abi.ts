// ABI encoding by hand: words of 32 bytes as 64 lower-case hex digits, without 0x. The few calls made here need no ABI library.
import { type Address, type Hex, toChecksumAddress } from './address.ts';
import type { ContractId } from './ids.ts';

/** A number or an address as one word. */
export const abiWord = (value: bigint | number | Address): string =>
  (typeof value === 'string' ? value.slice(2).toLowerCase() : value.toString(16)).padStart(64, '0');

/** The contract's id of an intent, a uint96, as one word: right-aligned. */
export const contractIdWord = (contractId: ContractId): string => contractId.padStart(64, '0');

/** The address in the last 20 bytes of a word, in EIP-55. */
export const addressFromWord = (word: string): Address => toChecksumAddress(`0x${word.slice(-40)}`);

/** The number in returned data of exactly one word; undefined for anything else, such as the `0x` of an address without code. */
export const uintFromResult = (result: unknown): bigint | undefined =>
  typeof result === 'string' && /^0x[0-9a-fA-F]{64}$/.test(result) ? BigInt(result) : undefined;

/** The words of returned data or of a log's data; an incomplete last word is left out. */
export const wordsOf = (data: Hex): string[] => data.slice(2).match(/.{64}/g) ?? [];
