// Bytes to text and back, for WebAuthn and WebCrypto.

export const toBase64Url = (bytes: Uint8Array | ArrayBuffer): string => {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return btoa(String.fromCharCode(...view))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
};

/** Throws DOMException when the text is not base64url. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
};

export const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

/** Overwrites secrets with zeros. Strings cannot be overwritten: keep secrets in bytes as long as possible. */
export const wipe = (...secrets: (Uint8Array | null | undefined)[]): void => {
  for (const secret of secrets) secret?.fill(0);
};
