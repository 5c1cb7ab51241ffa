// Phrases, keystores and signatures: the only module of the pages that imports ethers. Import it with `import('./ethers-key.ts')`,
// so that no page loads ethers first.
import {
  decryptKeystoreJson,
  encryptKeystoreJson,
  getBytes,
  HDNodeWallet,
  hexlify,
  Mnemonic,
  randomBytes,
  Transaction,
} from 'ethers';
import type { Address } from '#domain/address.ts';
import { type WalletProof, walletProofMessage } from '#domain/wallet-proof.ts';
import type { UnsignedTransaction } from '../server/account-types.ts';

/** BIP-44's first Ethereum account: every wallet derives the same address from the phrase. */
const PATH = "m/44'/60'/0'/0/0";
/** 12 words. */
const ENTROPY_BYTES = 16;

const walletOf = (entropy: Uint8Array): HDNodeWallet =>
  HDNodeWallet.fromMnemonic(Mnemonic.fromEntropy(hexlify(entropy)), PATH);

const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes.slice() as Uint8Array<ArrayBuffer>;

export const newEntropy = (): Uint8Array<ArrayBuffer> => copy(randomBytes(ENTROPY_BYTES));

export const addressOf = (entropy: Uint8Array): Address => walletOf(entropy).address as Address;

export const phraseOf = (entropy: Uint8Array): string => Mnemonic.fromEntropy(hexlify(entropy)).phrase;

/** Null unless it is a recovery phrase of 12 or 24 words with a valid checksum. */
export const entropyOfPhrase = (phrase: string): Uint8Array<ArrayBuffer> | null => {
  const normalized = phrase.trim().toLowerCase().split(/\s+/).join(' ');
  if (!Mnemonic.isValidMnemonic(normalized)) return null;
  return copy(getBytes(Mnemonic.fromPhrase(normalized).entropy));
};

/** An encrypted JSON keystore (scrypt, AES-CTR), with the phrase in it. Takes a second or two, on purpose. */
export const encryptKeystore = (entropy: Uint8Array, password: string): Promise<string> => {
  const { address, privateKey } = walletOf(entropy);
  const mnemonic = { entropy: hexlify(entropy), path: PATH, locale: 'en' };
  return encryptKeystoreJson({ address, privateKey, mnemonic }, password);
};

/** Throws when the password is wrong. */
export const decryptKeystore = async (json: string, password: string): Promise<Uint8Array<ArrayBuffer>> => {
  const { mnemonic } = await decryptKeystoreJson(json, password);
  if (!mnemonic) throw new TypeError('The keystore has no recovery phrase');
  return copy(getBytes(mnemonic.entropy));
};

/** EIP-191, for `walletProofMessage` only. */
export const signProof = (entropy: Uint8Array, proof: WalletProof): Promise<string> =>
  walletOf(entropy).signMessage(walletProofMessage(proof));

/** @returns the signed transaction as it is broadcast */
export const signTransaction = async (entropy: Uint8Array, transaction: UnsignedTransaction): Promise<string> => {
  const { type, chainId, nonce, to, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const unsigned = { type, chainId, nonce, to, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas, value: 0n };
  return await walletOf(entropy).signTransaction(Transaction.from(unsigned));
};
