// The servers' Keccak-256 is everybody's.
import { keccak256 as ethersKeccak } from 'ethers';
import { expect, test } from 'vitest';
import { spelledAddress } from '#chain/spelled-address.ts';
import { type Hex, toChecksumAddress } from '#domain/address.ts';
import { fastKeccak } from '#domain/fast-keccak.ts';
import { createRandom } from '#simulate/random.ts';

const hashOf = (message: Uint8Array): string => `0x${Buffer.from(fastKeccak(message)).toString('hex')}`;

test('known hashes', () => {
  expect(hashOf(Buffer.from(''))).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  expect(hashOf(Buffer.from('Transfer(address,address,uint256)'))).toBe(
    '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
  );
});

test('messages of every length around the ends of blocks', () => {
  const random = createRandom(5);
  for (let length = 0; length < 4 * 136 + 3; length += 1) {
    const message = Uint8Array.from({ length }, () => random.below(256));
    expect(hashOf(message), String(length)).toBe(ethersKeccak(message));
  }
});

test('a message that is a part of other bytes, and one far longer than a page of memory', () => {
  const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256);
  expect(hashOf(bytes)).toBe(ethersKeccak(bytes));
  expect(hashOf(bytes.subarray(100, 500))).toBe(ethersKeccak(bytes.subarray(100, 500)));
});

test('addresses are spelled as elsewhere', () => {
  const random = createRandom(6);
  for (let turn = 0; turn < 200; turn += 1) {
    const address: Hex = `0x${Array.from({ length: 40 }, () => random.below(16).toString(16)).join('')}`;
    expect(spelledAddress(address)).toBe(toChecksumAddress(address));
  }
});
