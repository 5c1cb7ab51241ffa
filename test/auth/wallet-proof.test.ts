// A wallet is registered only with a signature of its own key over the account, the address, the site and the time: an account cannot
// claim an address whose key it does not have (decision 0064).
import { Wallet as Signer } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSealedKeys } from '#db/accounts/account-wallets.ts';
import { Wallet } from '#db/entities/wallet.entity.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { PROOF_VALID_MS, type WalletProof, walletProofMessage } from '#domain/wallet-proof.ts';
import type { AccountSession } from '#web/account/server/account-types.ts';
import { createSealedKeys } from '#web/account/server/sealed-keys.ts';
import { type AuthWorld, openAuthWorld } from './auth-world.ts';

const SITE = 'https://pay.example';
const KEY = { kind: 'password', credentialId: null, blob: '{"sealed":1}' } as const;
const MINUTE_MS = 60_000;

let world: AuthWorld;
beforeAll(async () => {
  world = await openAuthWorld();
});
afterAll(async () => await world?.close());

const [own, foreign] = [Signer.createRandom(), Signer.createRandom()];
const addressOf = ({ address }: { address: string }): Address => toChecksumAddress(address);
const at = (ms = 0): string => new Date(Date.now() + ms).toISOString();
const sessionOf = (userId: string): AccountSession => ({
  ...{ sessionId: 'session', userId, email: `${userId}@shop.test`, role: 'shopper', emailVerified: true, fresh: true },
  ...{ twoFactorEnabled: false, twoFactors: false, recoveryCode: false, loggedInAt: at() },
});
const register = async (accountId: string, address: string, issuedAt: string, signature: string): Promise<void> =>
  await createSealedKeys(world.orm, world.auth, SITE).createWallet(
    sessionOf(accountId),
    address as Address,
    { issuedAt, signature },
    KEY,
  );
const wallets = () => world.orm.em.fork().find(Wallet, {}, { fields: ['userId', 'address'] });
const proofOf = (change: Partial<WalletProof> = {}): WalletProof => ({
  ...{ accountId: 'account-1', address: addressOf(own), site: SITE, issuedAt: at() },
  ...change,
});

test.each<[what: string, signed: () => Partial<WalletProof>, signer: Pick<Signer, 'signMessage'>]>([
  ['of a key that is not the address’s', () => ({}), foreign],
  ['of another account', () => ({ accountId: 'account-2' }), own],
  ['of another site', () => ({ site: 'https://pay.example.evil.example' }), own],
  ['of another address', () => ({ address: addressOf(foreign) }), own],
  ['of another time', () => ({ issuedAt: at(-MINUTE_MS) }), own],
])('a signature %s is rejected', async (_what, signed, signer) => {
  const issuedAt = at();
  const signature = await signer.signMessage(walletProofMessage(proofOf({ issuedAt, ...signed() })));
  await expect(register('account-1', own.address, issuedAt, signature)).rejects.toMatchObject({ code: 'not_proven' });
  expect(await wallets()).toEqual([]);
});

test.each([
  ['too old', -PROOF_VALID_MS - 1],
  ['from the future', 2 * MINUTE_MS],
])('a proof that is %s is rejected', async (_what, ms) => {
  const proof = proofOf({ issuedAt: at(ms) });
  const signature = await own.signMessage(walletProofMessage(proof));
  await expect(register('account-1', own.address, proof.issuedAt, signature)).rejects.toMatchObject({
    code: 'not_proven',
  });
});

test.each(['', '0x', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, `0x${'11'.repeat(64)}`, 'signed, really'])(
  'the signature %j is rejected',
  async (signature) => {
    await expect(register('account-1', own.address, at(), signature)).rejects.toMatchObject({ code: 'not_proven' });
  },
);

test.each(['', 'yesterday', '2026-11-29', '+275760-09-13T00:00:00.000Z', '1e400'])(
  'the time %j is rejected',
  async (issuedAt) => {
    const signature = await own.signMessage(walletProofMessage(proofOf({ issuedAt })));
    await expect(register('account-1', own.address, issuedAt, signature)).rejects.toMatchObject({ code: 'not_proven' });
  },
);

test('the key’s own recent signature registers the wallet, for this account only', async () => {
  const proof = proofOf();
  const signature = await own.signMessage(walletProofMessage(proof));
  await expect(register('account-2', own.address, proof.issuedAt, signature)).rejects.toMatchObject({
    code: 'not_proven',
  });
  await register('account-1', own.address, proof.issuedAt, signature);
  expect(await wallets()).toMatchObject([{ userId: 'account-1', address: own.address }]);
});

/** A registered wallet, and what it signs. */
const registered = async (userId: string) => {
  const signer = Signer.createRandom();
  const proof = async (accountId = userId, by: Pick<Signer, 'signMessage'> = signer) => {
    const issuedAt = at();
    const message = walletProofMessage(proofOf({ accountId, address: addressOf(signer), issuedAt }));
    return { issuedAt, signature: await by.signMessage(message) };
  };
  const { issuedAt, signature } = await proof();
  await register(userId, signer.address, issuedAt, signature);
  const blobs = async () => (await listSealedKeys(world.orm.em, userId)).map(({ blob }) => blob);
  return { keys: createSealedKeys(world.orm, world.auth, SITE), address: signer.address, proof, blobs };
};
const OTHER_KEY = { ...KEY, blob: '{"sealed":"by a thief"}' };

test.each<[what: string, session: Partial<AccountSession>, code: string]>([
  ['of an hour ago', { fresh: false, twoFactorEnabled: true, twoFactors: true }, 'stale'],
  ['by password, of an account with an authenticator app', { twoFactorEnabled: true }, 'second_factor'],
  [
    'by a recovery code, of an account with an authenticator app',
    { twoFactorEnabled: true, recoveryCode: true },
    'second_factor',
  ],
])('a log-in %s overwrites no sealed key, not even with the wallet’s signature', async (_what, change, code) => {
  const userId = `weak-${code}-${Object.keys(change).length}`;
  const { keys, address, proof, blobs } = await registered(userId);
  const session = { ...sessionOf(userId), ...change };
  await expect(keys.replaceSealedKey(session, await proof(), OTHER_KEY)).rejects.toMatchObject({ code });
  await expect(keys.createWallet(session, address, await proof(), OTHER_KEY)).rejects.toMatchObject({ code });
  expect(await blobs()).toEqual([KEY.blob]);
});

test('a passkey on the account counts as a factor that the log-in must have taken', async () => {
  const { userId } = await world.signUp(world.newEmail());
  const { keys, proof, blobs } = await registered(userId);
  await world.rows(
    `insert into auth.passkey (id, "publicKey", "userId", "credentialID", counter, "deviceType", "backedUp", "createdAt")
     values (?, 'key', ?, ?, 0, 'singleDevice', false, now())`,
    [userId, userId, 'credential-of-the-owner'],
  );
  const weak = sessionOf(userId);
  await expect(keys.replaceSealedKey(weak, await proof(), OTHER_KEY)).rejects.toMatchObject({ code: 'second_factor' });
  expect(await blobs()).toEqual([KEY.blob]);
  await keys.replaceSealedKey({ ...weak, twoFactors: true }, await proof(), OTHER_KEY);
  expect(await blobs()).toEqual([OTHER_KEY.blob]);
});

test('a log-in with all factors overwrites no sealed key without a signature of the wallet’s own key', async () => {
  const userId = 'strong-thief';
  const { keys, address, proof, blobs } = await registered(userId);
  const session = { ...sessionOf(userId), twoFactorEnabled: true, twoFactors: true };
  const forged = [
    { issuedAt: at(), signature: '0x' },
    await proof(userId, foreign),
    await proof('another-account'),
    { ...(await proof()), issuedAt: at(-MINUTE_MS) },
  ];
  for (const each of forged) {
    await expect(keys.replaceSealedKey(session, each, OTHER_KEY)).rejects.toMatchObject({ code: 'not_proven' });
    await expect(keys.createWallet(session, address, each, OTHER_KEY)).rejects.toMatchObject({ code: 'not_proven' });
  }
  expect(await blobs()).toEqual([KEY.blob]);
  // Its owner, who has opened the wallet, seals it again.
  await keys.replaceSealedKey(session, await proof(), OTHER_KEY);
  expect(await blobs()).toEqual([OTHER_KEY.blob]);
});

test('a key for an account without a wallet is rejected', async () => {
  const { keys, proof } = await registered('with-a-wallet');
  await expect(keys.replaceSealedKey(sessionOf('without'), await proof('without'), KEY)).rejects.toMatchObject({
    code: 'no_wallet',
  });
});
