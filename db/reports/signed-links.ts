// Links that carry their own permission: what they allow is in them, signed under a key that is derived from a master key, so that
// whoever reads a report's e-mail needs no log-in, and nobody can make such a link for another report.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MasterKeys } from '../secrets.ts';

const mac = (masterKey: Buffer, purpose: string, text: string): Buffer => {
  const key = createHmac('sha256', masterKey).update(`signed-link:${purpose}`).digest();
  return createHmac('sha256', key).update(text).digest();
};

/** A token that proves `text` for `purpose`, safe in addresses. It holds as long as its master key is configured. */
export const signLink = ({ current }: MasterKeys, purpose: string, text: string): string =>
  `${current.id}.${mac(current.key, purpose, text).toString('base64url')}`;

export const isLinkSigned = ({ byId }: MasterKeys, purpose: string, text: string, token: string): boolean => {
  const [keyId = '', encoded = ''] = token.split('.');
  const key = byId.get(keyId);
  if (!key) return false;
  const expected = mac(key, purpose, text);
  const given = Buffer.from(encoded, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
};
