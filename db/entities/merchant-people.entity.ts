// Members, invitations, the audit log and the request log. better-auth owns the accounts themselves (schema auth).
import { defineEntity, p } from '@mikro-orm/core';
import { Merchant } from './store.entity.ts';

/** Owners may do everything. Managers may not change members or the receiver, create stores or refund. Viewers only read. */
export type MemberRole = 'owner' | 'manager' | 'viewer';

export const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'member',
  properties: {
    merchant: () => p.manyToOne(Merchant).primary(),
    /** The account's id in the schema `auth`, which better-auth owns: no foreign key. */
    userId: p.text().primary(),
    /** The account's e-mail address; it follows a change of that. */
    email: p.text(),
    role: p.text().$type<MemberRole>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'member_role_check', expression: "role in ('owner', 'manager', 'viewer')" }],
  indexes: [{ name: 'member_user_index', properties: ['userId'] }],
});
export class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);

export const InvitationSchema = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    merchant: () => p.manyToOne(Merchant),
    email: p.text(),
    role: p.text().$type<MemberRole>(),
    /** SHA-256 of the secret in the link, hexadecimal. */
    tokenSha256: p.text().unique(),
    /** E-mail address of the person who sent the invitation. */
    invitedBy: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    acceptedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'invitation_role_check', expression: "role in ('owner', 'manager', 'viewer')" }],
  indexes: [
    {
      name: 'invitation_open_unique',
      expression: `create unique index "invitation_open_unique" on "invitation" ("merchant_id", lower("email")) where accepted_at is null and revoked_at is null`,
    },
  ],
});
export class Invitation extends InvitationSchema.class {}
InvitationSchema.setClass(Invitation);

/** `account`: the owner of an account, about the account itself (log-ins, factors, sessions). */
export type ActorKind = 'operator' | 'member' | 'account' | 'api_key' | 'command' | 'system';

/**
 * The audit log. Rows are only added: a trigger rejects changes and chains each row to the one before it by
 * `hash = sha256(previous hash || the row's content)`, so that a removed or altered row breaks the chain.
 */
export const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    at: p.datetime().defaultRaw('clock_timestamp()'),
    actorKind: p.text().$type<ActorKind>(),
    /** The account's id, or the machine's user for a command. */
    actorId: p.text(),
    actorEmail: p.text().nullable(),
    /** Noun and verb or outcome, for example `merchant.activate`, `store.update`, `key.create`, `review.accepted`. */
    action: p.text(),
    subjectKind: p.text(),
    subjectId: p.text(),
    /** The merchant whose dashboard shows the entry; null for entries of the platform only. */
    merchantId: p.text().nullable(),
    storeId: p.text().nullable(),
    /** The reason; required for operators. */
    reason: p.text().nullable(),
    /** Old and new values; never secrets. */
    data: p.json<Record<string, unknown>>(),
    /** Written by the trigger. */
    hash: p.text().default(''),
  },
  checks: [
    {
      name: 'audit_actor_check',
      expression: "actor_kind in ('operator', 'member', 'account', 'api_key', 'command', 'system')",
    },
  ],
  indexes: [
    { name: 'audit_merchant_index', properties: ['merchantId', 'id'] },
    { name: 'audit_subject_index', properties: ['subjectKind', 'subjectId', 'id'] },
  ],
});
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

/**
 * One request to the Open API as a merchant's developers see it, kept for seven days; headers and bodies without secrets. Partitioned by
 * the day of `at`, in the schema `log_days` (migration 0059); so that is part of the key.
 */
export const RequestLogSchema = defineEntity({
  name: 'RequestLog',
  tableName: 'request_log',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    requestId: p.text(),
    storeId: p.text(),
    apiKeyId: p.text(),
    at: p.datetime().primary(),
    method: p.text(),
    /** Path and query as sent, cut off if long. */
    path: p.text(),
    httpStatus: p.smallint(),
    /** The envelope's `code`. */
    code: p.integer(),
    durationMs: p.integer(),
    clientAddress: p.text(),
    /** With the signature masked. */
    requestHeaders: p.json<Record<string, string>>(),
    /** The first 4,096 characters of each body. */
    requestBody: p.text(),
    responseBody: p.text(),
  },
  indexes: [
    { name: 'request_log_store_index', properties: ['storeId', 'id'] },
    { name: 'request_log_at_index', properties: ['at'] },
  ],
});
export class RequestLog extends RequestLogSchema.class {}
RequestLogSchema.setClass(RequestLog);
