// API keys of a store: created, listed, revoked.

import { randomBytes } from 'node:crypto';
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { makeApiKeyId, makeApiSecret } from '#domain/ids.ts';
import { ApiKey, type Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, sealSecret } from '../secrets.ts';
import { type Actor, SCRIPT, writeAudit } from './audit.ts';
import { endWaitingChange } from './end-change.ts';
import { findStore } from './find-store.ts';
import { lockStore } from './lock-merchant.ts';
import { apiKeyFields, parseFields } from './store-settings.ts';

export interface CreatedApiKey {
  /** The public identifier, `st_…`: the header `X-API-Key`. */
  apiKey: string;
  /** Shown once: only its sealed form is stored. */
  apiSecret: string;
}

/** Creates a key for a store. Throws UserError. @param also runs in the same transaction */
export const createApiKey = (
  entityManager: Em,
  masterKeys: MasterKeys,
  storeId: string,
  fields: { name: string; ipAllowlist?: string[] },
  actor?: Actor,
  also?: (em: Em, apiKey: string) => Promise<void>,
): Promise<CreatedApiKey> =>
  entityManager.fork().transactional(async (em) => {
    const store = await lockStore(em, storeId);
    const created = await addApiKey(em, masterKeys, store, fields, actor);
    if (actor) await auditKey(em, actor, 'key.create', store, created.apiKey, { name: fields.name });
    await also?.(em, created.apiKey);
    return created;
  });

/**
 * A new key in the transaction of `em`. One that a person adds to others may not sign webhooks of their orders, until its change is
 * applied (pending-changes.ts). Throws UserError.
 */
export const addApiKey = async (
  em: Em,
  masterKeys: MasterKeys,
  store: Store,
  fields: { name: string; ipAllowlist?: string[] },
  actor: Actor | undefined,
): Promise<CreatedApiKey> => {
  const values = parseFields(apiKeyFields, fields, 'api_key');
  const apiKey = makeApiKeyId(store, randomBytes(16));
  const apiSecret = makeApiSecret(store, randomBytes(32));
  const sealedSecret = sealSecret(masterKeys, { storeId: store.id, apiKeyId: apiKey }, apiSecret);
  const byPerson = actor !== undefined && actor.kind !== 'command';
  const signsForOthers = !byPerson || store.isTest || (await em.count(ApiKey, { store })) === 0;
  em.create(ApiKey, { id: apiKey, store, ...values, sealedSecret, signsForOthers, createdAt: new Date() });
  await em.flush();
  return { apiKey, apiSecret };
};

/** Audits a person's change of a key, in the transaction of `em`. */
export const auditKey = (
  em: Em,
  actor: Actor,
  action: AuditAction<'key'>,
  store: Store,
  apiKeyId: string,
  data: Record<string, unknown>,
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    data,
    subjectKind: 'api_key',
    subjectId: apiKeyId,
    merchantId: store.merchant.id,
    storeId: store.id,
  });

/** A key of any store, or of `storeId` only; its store is locked. Throws UserError. */
export const lockApiKey = async (em: Em, apiKeyId: string, storeId?: string): Promise<ApiKey> => {
  const where = { id: apiKeyId, ...(storeId ? { store: storeId } : {}) };
  const found = await em.findOne(ApiKey, where);
  if (!found) throw new UserError('api_key_not_found', `There is no key ${apiKeyId}.`);
  await lockStore(em, found.store.id);
  return await em.findOneOrFail(ApiKey, apiKeyId, { populate: ['store'], refresh: true });
};

/**
 * Revokes a key of any store, or of `storeId` only. A change of its signing that waits ends. Servers cache keys for at most a second.
 * Safe to run twice.
 */
export const revokeApiKey = (
  entityManager: Em,
  apiKeyId: string,
  storeId?: string,
  actor?: Actor,
): Promise<{ revokedAt: Date }> =>
  entityManager.fork().transactional(async (em) => {
    const key = await lockApiKey(em, apiKeyId, storeId);
    if (key.revokedAt) return { revokedAt: key.revokedAt };
    const revokedAt = new Date();
    key.revokedAt = revokedAt;
    await em.flush();
    if (actor) await auditKey(em, actor, 'key.revoke', key.store, apiKeyId, { name: key.name });
    await endWaitingChange(em, { kind: 'webhook_secret', subject: apiKeyId }, actor ?? SCRIPT, { revoked: true });
    return { revokedAt };
  });

export interface ApiKeySummary {
  apiKey: string;
  name: string;
  ipAllowlist: string[];
  createdAt: Date;
  revokedAt: Date | null;
  /** Set when the key was rolled: it works until then. */
  expiresAt: Date | null;
  /** To about a minute; null when unused. */
  lastUsedAt: Date | null;
}

/** A store's keys, newest first, revoked ones included; never secrets. */
export const listApiKeys = async (entityManager: Em, storeId: string): Promise<ApiKeySummary[]> => {
  const em = entityManager.fork();
  await findStore(em, storeId);
  const keys = await em.find(ApiKey, { store: storeId }, { orderBy: { createdAt: 'desc', id: 'asc' } });
  return keys.map(({ id, name, ipAllowlist, createdAt, revokedAt, expiresAt, lastUsedAt }) => ({
    apiKey: id,
    name,
    ipAllowlist,
    createdAt,
    revokedAt: revokedAt ?? null,
    expiresAt: expiresAt ?? null,
    lastUsedAt: lastUsedAt ?? null,
  }));
};
