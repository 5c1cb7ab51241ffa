// What a new account wallet signs (EIP-191) before it is registered, so that an account can't claim an address whose key it lacks.
import type { Address } from './address.ts';

export interface WalletProof {
  accountId: string;
  address: Address;
  /** Origin of the pages. */
  site: string;
  /** ISO-8601, of the server's clock. */
  issuedAt: string;
}

/** A proof is made and sent at once. */
export const PROOF_VALID_MS = 10 * 60_000;

/** Written in the browser from facts, never taken as text: the key signs nothing else. */
export const walletProofMessage = ({ accountId, address, site, issuedAt }: WalletProof): string =>
  [
    `${site}: this wallet belongs to my account.`,
    '',
    `Account: ${accountId}`,
    `Wallet: ${address}`,
    `Time: ${issuedAt}`,
  ].join('\n');

/** Whether the time in a proof is one of the last minutes. */
export const isRecentProof = (issuedAt: string, now: number): boolean => {
  const at = Date.parse(issuedAt);
  return new Date(at || 0).toISOString() === issuedAt && at <= now + 60_000 && at > now - PROOF_VALID_MS;
};
