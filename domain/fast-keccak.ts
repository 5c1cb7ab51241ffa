// Keccak-256 for servers, which hash thousands of headers and addresses in a second: WebAssembly, a tenth of the time. `address.ts` has the
// one for everybody else: pages in browsers may not load WebAssembly.
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { createKeccak } from 'hash-wasm';
import type { Hex } from './address.ts';

const hasher = await createKeccak(256);

/** @returns 32 bytes */
export const fastKeccak = (message: Uint8Array): Uint8Array => hasher.init().update(message).digest('binary');

export const fastKeccak256 = (data: Hex): Hex => `0x${bytesToHex(fastKeccak(hexToBytes(data.slice(2))))}`;
