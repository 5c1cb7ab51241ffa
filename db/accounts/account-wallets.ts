// Account wallets (AllScale Pay): their sealed keys, and the transfers that their owners signed. Every query is scoped by the account.
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Address, Hex } from '#domain/address.ts';
import type { CoinId } from '#domain/coins.ts';
import { UserError } from '#domain/errors.ts';
import type { IntentId } from '#domain/ids.ts';
import type { BaseUnits } from '#domain/money.ts';
import { SealedKey, type SealedKeyKind, Wallet, WalletTx, type WalletTxState } from '../entities/wallet.entity.ts';
import type { Em } from '../orm.ts';

export interface NewSealedKey {
  kind: SealedKeyKind;
  /** The passkey's credential id (base64url); null for the password. */
  credentialId: string | null;
  /** A JSON object of at most 4,096 characters. */
  blob: string;
}

/** Null when the account has no wallet yet. */
export const findWallet = (em: Em, userId: string): Promise<Wallet | null> => em.fork().findOne(Wallet, { userId });

/** The sealed forms of an account's key, oldest first. */
export const listSealedKeys = (em: Em, userId: string): Promise<SealedKey[]> =>
  em.fork().find(SealedKey, { wallet: { userId } }, { orderBy: { id: 'asc' } });

/**
 * Creates the account's wallet with its first sealed key; safe to run twice with the same address. Throws UserError `wallet_exists`
 * when the account has another one: an address is never replaced, because money may arrive at it.
 */
export const createWallet = async (em: Em, userId: string, address: Address, key: NewSealedKey): Promise<void> => {
  try {
    await em.fork().transactional(async (fork) => {
      const existing = await fork.findOne(Wallet, { userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (existing && existing.address !== address) throw walletExists();
      const wallet = existing ?? fork.create(Wallet, { userId, address, createdAt: new Date() });
      await putSealedKey(fork, wallet, key);
    });
  } catch (error) {
    // Two tabs at once: the first one's wallet is kept.
    if (error instanceof UniqueConstraintViolationException) throw walletExists();
    throw error;
  }
};

const walletExists = (): UserError => new UserError('wallet_exists', 'This account has a wallet already');

/** Adds a sealed form of the account's key, or replaces that of the same passkey. Throws UserError `no_wallet`. */
export const addSealedKey = (em: Em, userId: string, key: NewSealedKey): Promise<void> =>
  em.fork().transactional(async (fork) => putSealedKey(fork, await lockWallet(fork, userId), key));

const putSealedKey = async (em: Em, wallet: Wallet, { kind, credentialId, blob }: NewSealedKey): Promise<void> => {
  const same = wallet.id === undefined ? null : await em.findOne(SealedKey, { wallet, kind, credentialId });
  if (same) same.blob = blob;
  else em.create(SealedKey, { wallet, kind, credentialId, blob, createdAt: new Date() });
  await em.flush();
};

/** Removes a passkey's sealed form. Throws UserError `last_key`: without it only the recovery phrase would open the wallet. */
export const removeSealedKey = (em: Em, userId: string, credentialId: string): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const wallet = await lockWallet(fork, userId);
    const keys = await fork.find(SealedKey, { wallet });
    const found = keys.find((key) => key.credentialId === credentialId);
    if (!found) return;
    if (keys.length === 1) throw new UserError('last_key', 'This is the only way to open your wallet');
    fork.remove(found);
  });

/** Removes the sealed form of the account's password, after a new password made it useless. Passkeys and the phrase still work. */
export const removePasswordKey = async (em: Em, userId: string): Promise<void> => {
  await em.fork().nativeDelete(SealedKey, { kind: 'password', wallet: { userId } });
};

/**
 * Sets the wallet of an account aside, when the account passes to the person who proved its e-mail address: the address may belong to the
 * person before, and nobody must be shown it as their own. Its sealed keys stay. A recovery phrase makes the same wallet again.
 */
export const setWalletAside = async (em: Em, userId: string): Promise<void> => {
  const fork = em.fork();
  const wallet = await fork.findOne(Wallet, { userId });
  if (!wallet) return;
  wallet.userId = `aside:${wallet.id}:${userId}`;
  await fork.flush();
};

const lockWallet = async (em: Em, userId: string): Promise<Wallet> => {
  const wallet = await em.findOne(Wallet, { userId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!wallet) throw new UserError('no_wallet', 'This account has no wallet yet');
  return wallet;
};

/** Records that the owner confirmed the recovery phrase. */
export const markPhraseChecked = async (em: Em, userId: string): Promise<void> => {
  await em.fork().nativeUpdate(Wallet, { userId, phraseCheckedAt: null }, { phraseCheckedAt: new Date() });
};

/** Records that a browser opened a sealed key. For display only. */
export const touchSealedKey = async (em: Em, userId: string, id: bigint): Promise<void> => {
  await em.fork().nativeUpdate(SealedKey, { id, wallet: { userId } }, { lastUsedAt: new Date() });
};

export interface NewWalletTx {
  userId: string;
  intentId: IntentId | null;
  chainId: number;
  txHash: Hex;
  rawTx: Hex;
  nonce: bigint;
  token: Address;
  coin: CoinId;
  toAddress: Address;
  amountBaseUnits: BaseUnits;
}

/**
 * Stores a signed transfer before it is sent. Safe to run twice. `guard` runs under the wallet's lock, before the write: two tabs
 * cannot both pass it. Throws UserError `no_wallet`, or what `guard` throws.
 */
export const storeWalletTx = (
  em: Em,
  { userId, intentId, ...tx }: NewWalletTx,
  guard: (em: Em, wallet: Wallet) => Promise<void>,
): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const wallet = await lockWallet(fork, userId);
    const known = await fork.findOne(WalletTx, { chainId: tx.chainId, txHash: tx.txHash });
    if (known && known.state !== 'failed') return;
    await guard(fork, wallet);
    // The chain rejected it before and nothing moved: it may accept it now.
    if (known) known.state = 'sent';
    else fork.create(WalletTx, { ...tx, wallet, intent: intentId, state: 'sent', createdAt: new Date() });
  });

/** The newest transfers of an account's wallet. */
export const listWalletTxs = (em: Em, userId: string, limit = 50): Promise<WalletTx[]> =>
  em.fork().find(WalletTx, { wallet: { userId } }, { orderBy: { id: 'desc' }, limit });

/** Transfers to an intent of any account, with their wallets, without those that failed. */
export const listIntentWalletTxs = (em: Em, intentId: IntentId): Promise<WalletTx[]> =>
  em.fork().find(WalletTx, { intent: intentId, state: { $ne: 'failed' } }, { populate: ['wallet'] });

/** How many transfers an account's wallet has sent to other intents than this one, without those that failed. */
export const countOtherPayments = (em: Em, userId: string, intentId: IntentId): Promise<number> =>
  em.fork().count(WalletTx, { wallet: { userId }, intent: { $ne: intentId }, state: { $ne: 'failed' } });

/** Records the result of a transfer on its chain. */
export const setWalletTxState = async (em: Em, id: bigint, state: Exclude<WalletTxState, 'sent'>): Promise<void> => {
  const minedAt = state === 'mined' ? new Date() : null;
  await em.fork().nativeUpdate(WalletTx, { id, state: 'sent' }, { state, minedAt });
};
