// A wallet is registered only with a signature of its own key over the account, the address, the site and the time: an account cannot
// claim an address whose key it does not have (decision 0064).
import { Wallet as Signer } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Wallet } from '#db/entities/wallet.entity.ts';
import { type Address, toChecksumAddress } from '#domain/address.ts';
import { PROOF_VALID_MS, type WalletProof, walletProofMessage } from '#domain/wallet-proof.ts';
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
const register = async (accountId: string, address: string, issuedAt: string, signature: string): Promise<void> =>
  await createSealedKeys(world.orm, world.auth, SITE).createWallet(
    accountId,
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
