// Seals a wallet's entropy under a passkey's PRF result: HKDF to an AES-256-GCM key, bound to the passkey and the address.
import { fromBase64Url, toBase64Url, utf8, wipe } from './bytes.ts';

interface PrfBlob {
  v: 1;
  salt: string;
  nonce: string;
  sealed: string;
}

interface SealBinding {
  credentialId: string;
  address: string;
}

const keyFrom = async (prf: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> => {
  const root = await crypto.subtle.importKey('raw', prf, 'HKDF', false, ['deriveKey']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8('allscale-pay passkey sealing v1') };
  return await crypto.subtle.deriveKey(parameters, root, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
};

const additionalData = ({ credentialId, address }: SealBinding): Uint8Array<ArrayBuffer> =>
  utf8(`${credentialId}\n${address}`);

/** @returns the blob that the server stores. Wipes `prf`. */
export const sealWithPrf = async (
  prf: Uint8Array<ArrayBuffer>,
  entropy: Uint8Array<ArrayBuffer>,
  binding: SealBinding,
): Promise<string> => {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyFrom(prf, salt);
  wipe(prf);
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: additionalData(binding) };
  const sealed = await crypto.subtle.encrypt(parameters, key, entropy);
  const blob: PrfBlob = { v: 1, salt: toBase64Url(salt), nonce: toBase64Url(nonce), sealed: toBase64Url(sealed) };
  return JSON.stringify(blob);
};

/** The entropy; wipe it after use. Wipes `prf`. Throws when the blob belongs to another passkey or address, or was changed. */
export const openWithPrf = async (
  prf: Uint8Array<ArrayBuffer>,
  blobJson: string,
  binding: SealBinding,
): Promise<Uint8Array<ArrayBuffer>> => {
  const blob = JSON.parse(blobJson) as PrfBlob;
  const key = await keyFrom(prf, fromBase64Url(blob.salt));
  wipe(prf);
  const parameters = { name: 'AES-GCM', iv: fromBase64Url(blob.nonce), additionalData: additionalData(binding) };
  return new Uint8Array(await crypto.subtle.decrypt(parameters, key, fromBase64Url(blob.sealed)));
};
