// The keys that sign the heads of the audit log (Ed25519). They are never in the database, so a person who rewrites it cannot sign.
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { type AuditHead, auditHeadMessage, type SignedAuditHead } from '#domain/audit-head.ts';
import { ConfigError } from '#domain/errors.ts';
import type { MasterKeys } from '../secrets.ts';

export interface AuditKey {
  privateKey: KeyObject;
  /** 32 bytes in base64url. */
  publicKey: string;
}

/** PKCS #8 of an Ed25519 key before its 32 bytes (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const HKDF_INFO = 'allscale audit head';

const auditKeyOf = (seed: Buffer): AuditKey => {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: x };
};

const derivedFrom = (key: Buffer): AuditKey => auditKeyOf(Buffer.from(hkdfSync('sha256', key, '', HKDF_INFO, 32)));

/**
 * The key of AUDIT_SIGNING_KEY (32 bytes in base64), which only the worker needs; without it, one derived from the current master key.
 * Throws ConfigError that never shows a key.
 */
export const readAuditKey = (signingKey: string | null, masterKeys: MasterKeys): AuditKey => {
  return signingKey === null ? derivedFrom(masterKeys.current.key) : fromVariable(signingKey);
};

const fromVariable = (signingKey: string): AuditKey => {
  const seed = Buffer.from(signingKey, 'base64');
  if (seed.length !== 32) throw new ConfigError('AUDIT_SIGNING_KEY: must be 32 bytes in base64');
  return auditKeyOf(seed);
};

/** The public keys whose signatures this system trusts: the signing key's, and those of all master keys. */
export const trustedAuditKeys = (signingKey: string | null, masterKeys: MasterKeys | null): string[] => [
  ...(signingKey === null ? [] : [fromVariable(signingKey).publicKey]),
  ...[...(masterKeys?.byId.values() ?? [])].map((key) => derivedFrom(key).publicKey),
];

export const signAuditHead = ({ privateKey, publicKey }: AuditKey, head: AuditHead): SignedAuditHead => ({
  ...head,
  publicKey,
  signature: sign(null, Buffer.from(auditHeadMessage(head)), privateKey).toString('base64url'),
});

/** Whether the head was signed by the key that it names. */
export const isSignedAuditHead = (head: SignedAuditHead): boolean => {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: head.publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(auditHeadMessage(head)), key, Buffer.from(head.signature, 'base64url'));
};
