// Hashes and signatures with WebCrypto, which Node, Deno, Bun and edge runtimes all have.
const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** Returns lower-case hexadecimal. */
export const sha256Hex = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

const HMAC = { name: 'HMAC', hash: 'SHA-256' } as const;

/** Signs the lines, joined by newlines. Returns `v1=` and Base64. */
export const signLines = async (secret: string, lines: readonly string[]): Promise<string> => {
  const key = await crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['sign']);
  const signature = new Uint8Array(await crypto.subtle.sign(HMAC, key, utf8(lines.join('\n'))));
  return `v1=${btoa(String.fromCharCode(...signature))}`;
};

/** Compares in constant time, by WebCrypto. False for anything that is not `v1=` and Base64. */
export const isSignatureOf = async (secret: string, lines: readonly string[], given: string): Promise<boolean> => {
  const match = /^v1=([A-Za-z0-9+/]{43}=)$/.exec(given);
  if (!match?.[1]) return false;
  const signature = Uint8Array.from(atob(match[1]), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', utf8(secret), HMAC, false, ['verify']);
  return await crypto.subtle.verify(HMAC, key, signature, utf8(lines.join('\n')));
};

/** Splits at the first `?` without normalizing: the signature covers the exact path and query. */
export const splitTarget = (target: string): [path: string, query: string] => {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
};
