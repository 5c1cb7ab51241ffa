// Secrets that must never leave a browser: a wallet's key, its phrase, the password. Searches a record of requests for them.
import { HDNodeWallet } from 'ethers';
import { expect } from 'vitest';

/** Phrase, private key in every spelling, password and entropy: no request may contain one. */
export const secretsOf = (phrase: string, password?: string): string[] => {
  const wallet = HDNodeWallet.fromPhrase(phrase);
  const key = wallet.privateKey.slice(2);
  const entropy = wallet.mnemonic?.entropy.slice(2) ?? '';
  const forms = [key, entropy].flatMap((hex) => {
    const bytes = Buffer.from(hex, 'hex');
    return [hex, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  });
  return [...forms, phrase, phrase.split(' ').slice(0, 3).join(' '), ...(password ? [password] : [])];
};

export const expectNothingSecret = (sent: readonly string[], secrets: readonly string[]): void => {
  expect(sent.length).toBeGreaterThan(10);
  for (const request of sent) {
    const spellings = [request, decodeURIComponent(request.replaceAll('+', ' ').replace(/%(?![0-9a-f]{2})/gi, '%25'))];
    for (const text of spellings) {
      for (const secret of secrets) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    }
  }
};
