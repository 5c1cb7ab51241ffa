// Links that carry their own permission: their parameters are signed under a key derived from a master key. The reader of a report's
// e-mail needs no log-in, and nobody can forge a link to another report.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MasterKeys } from '../secrets.ts';

const mac = (masterKey: Buffer, purpose: string, text: string): Buffer => {
  const key = createHmac('sha256', masterKey).update(`signed-link:${purpose}`).digest();
  return createHmac('sha256', key).update(text).digest();
};

/** A URL-safe token that proves `text` for `purpose`. Valid as long as its master key is configured. */
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
