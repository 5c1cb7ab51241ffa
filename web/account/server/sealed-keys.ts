// The account wallet on the server: its address, and its keys in sealed form. The server can open none of them.
import { verifyMessage } from 'ethers';
import {
  addSealedKey,
  createWallet,
  findWallet,
  listSealedKeys,
  markPhraseChecked,
  type NewSealedKey,
  touchSealedKey,
} from '#db/accounts/account-wallets.ts';
import type { Orm } from '#db/orm.ts';
import { type Address, parseAddress } from '#domain/address.ts';
import { UserError } from '#domain/errors.ts';
import { knownPayable } from '#domain/payable-address.ts';
import { isRecentProof, walletProofMessage } from '#domain/wallet-proof.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import type { AccountSession, WalletView } from './account-types.ts';
import { passkeysOf } from './log-in-methods.ts';
import { createStrongLogIn } from './strong-log-in.ts';

/** The signature of `walletProofMessage`. */
export interface SignedProof {
  issuedAt: string;
  signature: string;
}

export interface SealedKeys {
  /** Null when the account has no wallet yet. */
  wallet(userId: string): Promise<WalletView | null>;
  /**
   * Registers the wallet with its first sealed key; or the same wallet again, from its phrase, which needs what `replaceSealedKey` needs.
   * Throws UserError `bad_wallet`, `not_proven` (the address's own key did not sign), `wallet_exists`, `stale`, `second_factor`.
   */
  createWallet(session: AccountSession, address: string, proof: SignedProof, key: NewSealedKey): Promise<void>;
  /**
   * Stores one more sealed key, or that of the same passkey or password anew: with a recent log-in that took all factors of the account, and
   * signed by the wallet's own key. So who has a session alone, whatever it took, overwrites no key that opens the wallet.
   * Throws UserError `bad_wallet`, `no_wallet`, `not_yours`, `not_proven`, `stale`, `second_factor`.
   */
  replaceSealedKey(session: AccountSession, proof: SignedProof, key: NewSealedKey): Promise<void>;
  /** Throws UserError `bad_wallet`, `not_yours`. */
  checkSealedKey(userId: string, key: NewSealedKey): Promise<void>;
  /** After a check of the present password, or of an undo's link. Throws UserError `bad_wallet`, `no_wallet`, `not_yours`. */
  addSealedKey(userId: string, key: NewSealedKey): Promise<void>;
  markKeyUsed(userId: string, keyId: string): Promise<void>;
  markPhraseChecked(userId: string): Promise<void>;
}

const CREDENTIAL_ID = /^[A-Za-z0-9_-]{16,1400}$/;

/** @param site origin of the pages */
export const createSealedKeys = (orm: Orm, auth: Auth, site: string): SealedKeys => {
  const strong = createStrongLogIn(orm, auth);
  const requireProof = (accountId: string, address: Address, { issuedAt, signature }: SignedProof): void => {
    const message = walletProofMessage({ accountId, address, site, issuedAt });
    if (!isRecentProof(issuedAt, Date.now()) || signerOf(message, signature) !== address) {
      throw new UserError('not_proven', 'The wallet did not sign that it is yours');
    }
  };
  /** A passkey that the account does not have could never open its sealed key. */
  const checkSealedKey = async (userId: string, key: NewSealedKey): Promise<void> => {
    const valid = key.kind === 'passkey' ? CREDENTIAL_ID.test(key.credentialId ?? '') : key.credentialId === null;
    if (!valid || !isJsonObject(key.blob)) throw new UserError('bad_wallet', 'The sealed key is malformed');
    if (key.kind !== 'passkey') return;
    const own = (await passkeysOf(auth, userId)).some(({ credentialID }) => credentialID === key.credentialId);
    if (!own) throw new UserError('not_yours', 'This passkey does not belong to this account');
  };

  return {
    checkSealedKey,

    async wallet(userId) {
      const [wallet, keys] = await Promise.all([findWallet(orm.em, userId), listSealedKeys(orm.em, userId)]);
      if (!wallet) return null;
      return {
        address: wallet.address,
        phraseChecked: Boolean(wallet.phraseCheckedAt),
        keys: keys.map(({ id, kind, credentialId, blob }) => ({
          id: String(id),
          kind,
          credentialId: credentialId ?? null,
          blob,
        })),
      };
    },

    async createWallet(session, address, proof, key) {
      const { userId } = session;
      const parsed = parseAddress(address);
      if (!parsed) throw new UserError('bad_wallet', 'The wallet has no address');
      const checked = knownPayable(parsed);
      requireProof(userId, checked, proof);
      // The first key of a new wallet is harmless. Any other changes how the wallet is opened.
      if (await findWallet(orm.em, userId)) await strong.require(session);
      await checkSealedKey(userId, key);
      await createWallet(orm.em, userId, checked, key);
    },

    async replaceSealedKey(session, proof, key) {
      const { userId } = session;
      await strong.require(session);
      const wallet = await findWallet(orm.em, userId);
      if (!wallet) throw new UserError('no_wallet', 'This account has no wallet yet');
      requireProof(userId, wallet.address, proof);
      await checkSealedKey(userId, key);
      await addSealedKey(orm.em, userId, key);
    },

    async addSealedKey(userId, key) {
      await checkSealedKey(userId, key);
      await addSealedKey(orm.em, userId, key);
    },

    async markKeyUsed(userId, keyId) {
      if (/^\d{1,18}$/.test(keyId)) await touchSealedKey(orm.em, userId, BigInt(keyId));
    },

    markPhraseChecked: (userId) => markPhraseChecked(orm.em, userId),
  };
};

const signerOf = (message: string, signature: string): string | null => {
  try {
    return verifyMessage(message, signature);
  } catch {
    return null;
  }
};

const isJsonObject = (text: string): boolean => {
  if (text.length > 4096) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};
