// Rolls and changes API keys, and records when each was last used. Creating and revoking is in db/merchants/stores.ts.
import { UserError } from '#domain/errors.ts';
import type { ApiKey } from '../entities/store.entity.ts';
import { addApiKey, auditKey, type CreatedApiKey, lockApiKey } from '../merchants/api-keys.ts';
import type { Actor } from '../merchants/audit.ts';
import { endWaitingChange } from '../merchants/end-change.ts';
import { apiKeyChange, parseFields } from '../merchants/store-settings.ts';
import type { Em } from '../orm.ts';
import type { Sql } from '../pool.ts';
import type { MasterKeys } from '../secrets.ts';

/** For how many hours the old key works beside the new one; 0 ends it at once. */
export const ROLL_OVERLAP_HOURS = [0, 1, 24, 72] as const;
export type RollOverlapHours = (typeof ROLL_OVERLAP_HOURS)[number];

export const isRollOverlap = (hours: unknown): hours is RollOverlapHours =>
  (ROLL_OVERLAP_HOURS as readonly unknown[]).includes(hours);

/** Revoked, or its overlap is over. */
export const isEnded = ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now = new Date()): boolean =>
  Boolean(revokedAt) || (expiresAt != null && expiresAt <= now);

/**
 * Creates a key with the name and the IP list of another, which ends after the overlap. A key that was rolled before keeps its
 * earlier end. Throws UserError when the key has ended.
 * @param also runs in the same transaction
 */
export const rollApiKey = (
  entityManager: Em,
  masterKeys: MasterKeys,
  apiKeyId: string,
  storeId: string,
  overlapHours: RollOverlapHours,
  actor: Actor,
  also?: (em: Em, apiKey: string, name: string) => Promise<void>,
): Promise<CreatedApiKey & { name: string; oldKeyEndsAt: Date }> =>
  entityManager.fork().transactional(async (em) => {
    const old = await lockApiKey(em, apiKeyId, storeId);
    const now = new Date();
    if (isEnded(old, now)) throw new UserError('api_key_ended', 'This key has ended: create a new one instead.');
    const created = await addApiKey(em, masterKeys, old.store, { name: old.name, ipAllowlist: old.ipAllowlist }, actor);
    const wanted = new Date(now.getTime() + overlapHours * 3_600_000);
    const oldKeyEndsAt = old.expiresAt && old.expiresAt < wanted ? old.expiresAt : wanted;
    old.expiresAt = oldKeyEndsAt;
    if (overlapHours === 0) old.revokedAt = now;
    await auditKey(em, actor, 'key.roll', old.store, apiKeyId, {
      name: old.name,
      successor: created.apiKey,
      overlap_hours: overlapHours,
      ends_at: oldKeyEndsAt.toISOString(),
    });
    if (old.revokedAt) {
      await em.flush();
      await endWaitingChange(em, { kind: 'webhook_secret', subject: apiKeyId }, actor, { revoked: true });
    }
    await also?.(em, created.apiKey, old.name);
    return { ...created, name: old.name, oldKeyEndsAt };
  });

/** Renames a key and sets its IP list. Servers cache keys for at most a second. Throws UserError. */
export const changeApiKey = (
  entityManager: Em,
  apiKeyId: string,
  storeId: string,
  change: { name: string; ipAllowlist: string[] },
  actor: Actor,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const values = parseFields(apiKeyChange, change, 'api_key');
    const key = await lockApiKey(em, apiKeyId, storeId);
    await auditKey(em, actor, 'key.update', key.store, apiKeyId, {
      changes: {
        name: { from: key.name, to: values.name },
        ipAllowlist: { from: key.ipAllowlist, to: values.ipAllowlist },
      },
    });
    em.assign(key, values);
  });

/** Records when keys were last used, in one statement for all of them. A later time is never overwritten. */
export const noteKeyUse = async (sql: Sql, lastUse: ReadonlyMap<string, Date>): Promise<void> => {
  if (lastUse.size === 0) return;
  await sql.query({
    name: 'api-key-use',
    text: `update api_key k set last_used_at = u.at
      from unnest($1::text[], $2::timestamptz[]) as u (id, at)
      where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`,
    values: [[...lastUse.keys()], [...lastUse.values()]],
  });
};
