// What protects accounts beside better-auth's own tables, and the signed heads of the audit log (decision 0061).
import { defineEntity, p } from '@mikro-orm/core';

/** The last time step whose authenticator code an account used: it and earlier ones are not accepted again. */
export const TotpUseSchema = defineEntity({
  name: 'TotpUse',
  tableName: 'totp_use',
  properties: {
    /** The account's id in the schema `auth`: no foreign key. */
    userId: p.text().primary(),
    /** SHA-256 of the sealed secret: a new authenticator app starts anew. */
    secretSha256: p.text(),
    /** Unix time in steps of 30 seconds. */
    lastStep: p.integer(),
  },
  indexes: [{ name: 'totp_use_step_index', properties: ['lastStep'] }],
});
export class TotpUse extends TotpUseSchema.class {}
TotpUseSchema.setClass(TotpUse);

/** A head of the audit log's chain, one a day, signed and mailed. A trigger rejects changes. */
export const AuditHeadRowSchema = defineEntity({
  name: 'AuditHeadRow',
  tableName: 'audit_head',
  properties: {
    number: p.integer().primary().autoincrement(false),
    /** UTC, `2026-11-29`. */
    day: p.text().unique(),
    at: p.datetime(),
    entries: p.bigint('bigint'),
    lastId: p.bigint('bigint'),
    hash: p.text(),
    publicKey: p.text(),
    signature: p.text(),
  },
});
export class AuditHeadRow extends AuditHeadRowSchema.class {}
AuditHeadRowSchema.setClass(AuditHeadRow);
