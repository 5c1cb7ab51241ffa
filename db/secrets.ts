// Sealing of API secrets: AES-256-GCM under a named master key, bound to the store and the key's public id, so that a
// sealed secret copied to another row does not open. Format: `v1.<master key id>.<nonce>.<ciphertext and tag>`, base64url.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigError } from '#domain/errors.ts';

export interface MasterKeys {
  /** Seals; the others only open what was sealed before a rotation. */
  current: { id: string; key: Buffer };
  byId: ReadonlyMap<string, Buffer>;
}

export interface SecretBinding {
  storeId: string;
  apiKeyId: string;
}

/** Parses `id:base64[,id:base64…]`, 32 bytes each, the first one current. Throws ConfigError that never shows a key. */
export const parseMasterKeys = (text: string): MasterKeys => {
  const entries = text.split(',').map((entry) => {
    const [id, encoded] = entry.trim().split(':');
    const key = Buffer.from(encoded ?? '', 'base64');
    if (!id || !/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32) {
      throw new ConfigError('MASTER_KEYS: each entry must be id:key, the key 32 bytes in base64');
    }
    return { id, key };
  });
  const current = entries[0];
  if (!current) throw new ConfigError('MASTER_KEYS: at least one key is needed');
  return { current, byId: new Map(entries.map(({ id, key }) => [id, key])) };
};

const associatedData = ({ storeId, apiKeyId }: SecretBinding): Buffer => Buffer.from(`${storeId}\n${apiKeyId}`);

export const sealSecret = (keys: MasterKeys, binding: SecretBinding, secret: string): string => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keys.current.key, nonce).setAAD(associatedData(binding));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return ['v1', keys.current.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
};

/** Throws when the master key is unknown, or the seal is damaged or belongs to another row. */
export const openSecret = (keys: MasterKeys, binding: SecretBinding, sealedSecret: string): string => {
  const [version, keyId, nonce, sealed] = sealedSecret.split('.');
  const key = keys.byId.get(keyId ?? '');
  if (version !== 'v1' || !key || !nonce || !sealed)
    throw new Error('Sealed secret cannot be opened: unknown master key or format');
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url')).setAAD(
    associatedData(binding),
  );
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
};
