// Password hashes in the tests' process: scrypt as in production, but with few rounds. A hash takes 80 ms of a processor, and the tests make
// and check many hundreds. The product has no setting for it: only the calls with exactly its parameters are changed, in this process.
// A hash does not say how it was made, so a file whose accounts are made in one process and used in another needs `fullHashes`.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

type Scrypt = typeof crypto.scrypt;

/** What better-auth hashes passwords with; test/auth/password-hash.test.ts proves it. */
export const PASSWORD_SCRYPT = { N: 16_384, r: 16, p: 1 } as const;
const FEW_ROUNDS = 16;

const ORIGINAL = Symbol.for('the scrypt of Node');
/** Kept on Node's own module, because this one may be loaded again for the next test file. */
const kept = crypto as { [ORIGINAL]?: Scrypt };
kept[ORIGINAL] ??= crypto.scrypt;
const original = kept[ORIGINAL];

const use = (scrypt: Scrypt): void => {
  crypto.scrypt = scrypt;
  // Modules that imported it by name get the new one.
  syncBuiltinESMExports();
};

const light = ((...args: Parameters<Scrypt>): void => {
  const [password, salt, length, options, done] = args;
  const { N, r, p } = options;
  const isPassword = N === PASSWORD_SCRYPT.N && r === PASSWORD_SCRYPT.r && p === PASSWORD_SCRYPT.p;
  original(password, salt, length, isPassword ? { ...options, N: FEW_ROUNDS } : options, done);
}) as Scrypt;

/** For each test file (vitest.config.ts). */
export const lightHashes = (): void => use(light);
/** Until the end of this test file. */
export const fullHashes = (): void => use(original);
