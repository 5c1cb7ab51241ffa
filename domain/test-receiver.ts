// The receiving address that a test store begins with, so that its first order needs no wallet. Test coins have no value, so nobody
// needs its key; who wants to try refunds sets an address of their own.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { toChecksumAddress } from './address.ts';
import { knownPayable, type PayableAddress } from './payable-address.ts';

export const testReceiver = (storeId: string): PayableAddress =>
  knownPayable(
    toChecksumAddress(`0x${bytesToHex(keccak_256(utf8ToBytes(`allscale test store ${storeId}`))).slice(-40)}`),
  );
