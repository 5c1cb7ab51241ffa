// The wallet in the browser: creates a key, seals it, opens it for one signature and wipes it. The server stores sealed keys and
// can open none of them (decision 0030).
import type { Address } from '#domain/address.ts';
import type {
  PasswordChange,
  SealedKeyView,
  UnsignedTransaction,
  WalletChallenge,
  WalletView,
} from '../server/account-types.ts';
import { AccountError, getJson, postJson } from './account-client.ts';
import { wipe } from './bytes.ts';
import { prfOfPasskey } from './passkey.ts';
import { derivePasswordKeys, type PasswordKeys } from './password-keys.ts';
import { openWithPrf, sealWithPrf } from './prf-seal.ts';
import { transferFacts } from './transfer-facts.ts';

const ethersKey = () => import('./ethers-key.ts');

/** How a key is sealed: with a passkey's PRF result (sealing wipes it), or with the secret derived from a password. */
export type SealingMeans =
  | { kind: 'passkey'; credentialId: string; prf: Uint8Array<ArrayBuffer> }
  | { kind: 'password'; sealingSecret: string };

/** How a key is opened: one of the wallet's passkeys, or the account's password, as typed. */
export type UnlockMeans = { kind: 'passkey' } | { kind: 'password'; email: string; password: string };

const seal = async (entropy: Uint8Array<ArrayBuffer>, address: Address, means: SealingMeans) =>
  means.kind === 'passkey'
    ? {
        kind: means.kind,
        credentialId: means.credentialId,
        blob: await sealWithPrf(means.prf, entropy, { credentialId: means.credentialId, address }),
      }
    : {
        kind: means.kind,
        credentialId: null,
        blob: await (await ethersKey()).encryptKeystore(entropy, means.sealingSecret),
      };

/**
 * Creates the account's wallet, new or from a recovery phrase, and stores it sealed. @returns the phrase, to be shown now.
 * Throws AccountError `bad_phrase`, or with the server's code.
 */
export const makeWallet = async (
  means: SealingMeans,
  phrase: string | null,
): Promise<{ address: Address; phrase: string }> => {
  const { newEntropy, entropyOfPhrase, addressOf, phraseOf } = await ethersKey();
  const entropy = phrase === null ? newEntropy() : entropyOfPhrase(phrase);
  if (!entropy) throw badPhrase();
  try {
    const address = addressOf(entropy);
    const key = await seal(entropy, address, means);
    await postJson('/account/wallet/keys', { address, proof: await proofOf(entropy, address), key });
    return { address, phrase: phraseOf(entropy) };
  } finally {
    wipe(entropy);
  }
};

/** The wallet's signature that it belongs to the account that is logged in. */
const proofOf = async (entropy: Uint8Array<ArrayBuffer>, address: Address) => {
  const { accountId, issuedAt } = await getJson<WalletChallenge>('/account/wallet/keys');
  const { signProof } = await ethersKey();
  return { issuedAt, signature: await signProof(entropy, { accountId, address, site: location.origin, issuedAt }) };
};

export const badPhrase = (): AccountError =>
  new AccountError(
    'bad_phrase',
    400,
    'These are not the words of a recovery phrase: check spelling, number and order.',
  );

/** Opens the wallet and seals its key again, for a new passkey. */
export const sealForPasskey = (
  wallet: WalletView,
  unlock: UnlockMeans,
  means: () => Promise<SealingMeans>,
): Promise<void> =>
  withEntropy(wallet, unlock, async (entropy) => {
    const key = await seal(entropy, wallet.address, await means());
    await postJson('/account/wallet/keys', { proof: await proofOf(entropy, wallet.address), key });
  });

/**
 * What the server needs for another password: the wallet's key is sealed again when the present one opens it.
 * Throws AccountError `wrong_password`.
 * @param present with the address that is its salt
 */
export const changeOfPassword = async (
  present: { email: string; password: string },
  next: PasswordKeys,
  wallet: WalletView | null,
): Promise<PasswordChange> => {
  const { logInSecret } = await derivePasswordKeys(present.email, present.password);
  const opens = wallet?.keys.some(({ kind }) => kind === 'password');
  const sealedKey =
    wallet && opens
      ? await withEntropy(wallet, { kind: 'password', ...present }, async (entropy) =>
          (await ethersKey()).encryptKeystore(entropy, next.sealingSecret),
        )
      : null;
  return { current: logInSecret, next: next.logInSecret, sealedKey };
};

/** The recovery phrase, to show it to its owner. */
export const revealPhrase = (wallet: WalletView, unlock: UnlockMeans): Promise<string> =>
  withEntropy(wallet, unlock, async (entropy) => (await ethersKey()).phraseOf(entropy));

/**
 * Opens the wallet, signs the transaction and wipes the key. Reads the transaction again before it asks the person: what the review
 * could not have shown gets no signature.
 * @returns the raw transaction, for `broadcast`. Throws AccountError `wrong_password`, those of `transferFacts`; DOMException when the
 * person declines.
 */
export const signWithSealedKey = async (
  wallet: WalletView,
  unlock: UnlockMeans,
  unsigned: UnsignedTransaction,
): Promise<string> => {
  const { transaction } = transferFacts(unsigned);
  return await withEntropy(wallet, unlock, async (entropy) =>
    (await ethersKey()).signTransaction(entropy, transaction),
  );
};

const withEntropy = async <T>(
  wallet: WalletView,
  unlock: UnlockMeans,
  work: (entropy: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> => {
  const { key, entropy } = await open(wallet, unlock);
  try {
    if ((await ethersKey()).addressOf(entropy) !== wallet.address) {
      throw new AccountError('wrong_key', 400, 'This key belongs to another address. Nothing was signed.');
    }
    // Only for the list of passkeys: a failure is ignored.
    void postJson('/account/wallet/keys', { used: key.id }).catch(() => {});
    return await work(entropy);
  } finally {
    wipe(entropy);
  }
};

const open = async (
  wallet: WalletView,
  unlock: UnlockMeans,
): Promise<{ key: SealedKeyView; entropy: Uint8Array<ArrayBuffer> }> => {
  const keys = wallet.keys.filter(({ kind }) => kind === unlock.kind);
  if (unlock.kind === 'passkey') {
    const { credentialId, prf } = await prfOfPasskey(keys.flatMap((key) => key.credentialId ?? []));
    const key = keys.find((entry) => entry.credentialId === credentialId);
    if (!key || !prf) throw new AccountError('cannot_open', 400, 'This passkey cannot open the wallet');
    return { key, entropy: await openWithPrf(prf, key.blob, { credentialId, address: wallet.address }) };
  }
  const [key] = keys;
  if (!key) throw new AccountError('no_password', 400, 'This wallet is not opened by a password. Use a passkey.');
  const { sealingSecret } = await derivePasswordKeys(unlock.email, unlock.password);
  const { decryptKeystore } = await ethersKey();
  try {
    return { key, entropy: await decryptKeystore(key.blob, sealingSecret) };
  } catch {
    throw new AccountError('wrong_password', 400, 'The password is wrong. Nothing was signed.');
  }
};
