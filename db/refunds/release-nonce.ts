// The nonce of a release order: random, so that two equal orders differ.
import { randomBytes } from 'node:crypto';

export const newReleaseNonce = (): bigint => randomBytes(8).readBigUInt64BE();
