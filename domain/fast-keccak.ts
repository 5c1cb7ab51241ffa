// Keccak-256 for servers, which hash thousands of headers and addresses in a second. `address.ts` has the one for everybody else: pages in
// browsers may not load WebAssembly.
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Hex } from './address.ts';
import { MEMORY, moduleCode, RATE, roundConstants } from './keccak-code.ts';

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleCode()));
const absorb = exports.absorb as () => void;
const bytes = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
const state = bytes.subarray(MEMORY.state, MEMORY.state + 200);
const block = bytes.subarray(MEMORY.block, MEMORY.block + RATE);
bytes.set(new Uint8Array(roundConstants().buffer), MEMORY.rounds);

/** @returns 32 bytes, which the next call overwrites */
export const fastKeccak = (message: Uint8Array): Uint8Array => {
  state.fill(0);
  let at = 0;
  for (; at + RATE <= message.length; at += RATE) {
    block.set(message.subarray(at, at + RATE));
    absorb();
  }
  // A bit after the message, and one at the end of the block.
  const rest = message.length - at;
  block.set(at === 0 ? message : message.subarray(at));
  block.fill(0, rest);
  block[rest] = 1;
  block[RATE - 1] = (block[RATE - 1] ?? 0) | 0x80;
  absorb();
  return digest;
};

const digest = bytes.subarray(MEMORY.state, MEMORY.state + 32);

export const fastKeccak256 = (data: Hex): Hex => `0x${bytesToHex(fastKeccak(hexToBytes(data.slice(2))))}`;
