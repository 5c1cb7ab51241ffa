// Re-wraps sealed secrets under the current master key, so that an old one can be removed from MASTER_KEYS. Each row is a step of its
// own: the work can be stopped anywhere, run twice, and run while keys are in use.

import { ApiKey } from '../entities/store.entity.ts';
import { startingWith } from '../expressions.ts';
import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, openSecret, sealSecret } from '../secrets.ts';

const ROWS_AT_ONCE = 200;

export interface Rewrapped {
  /** The master key that all of them are sealed under now. */
  masterKeyId: string;
  rewrapped: number;
  /** Were sealed under it before. */
  alreadyCurrent: number;
  /** Keys whose secret none of the given master keys opens. They stay as they are. */
  failed: string[];
}

/** Seals every API secret under `keys.current`; any of `keys` may open it. Nothing else is sealed under master keys. */
export const rewrapSecrets = async (entityManager: Em, keys: MasterKeys, actor: Actor): Promise<Rewrapped> => {
  const em = entityManager.fork();
  const masterKeyId = keys.current.id;
  const prefix = `v1.${masterKeyId}.`;
  const alreadyCurrent = await em.count(ApiKey, { sealedSecret: { $like: startingWith(prefix) } });
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const rows = await em.find(
      ApiKey,
      { id: { $gt: after }, $not: { sealedSecret: { $like: startingWith(prefix) } } },
      { orderBy: { id: 'asc' }, limit: ROWS_AT_ONCE, fields: ['sealedSecret', 'store'], disableIdentityMap: true },
    );
    for (const { id, store, sealedSecret } of rows) {
      const fresh = reseal(keys, { storeId: store.id, apiKeyId: id }, sealedSecret);
      if (fresh === null) {
        failed.push(id);
        continue;
      }
      // A row that changed meanwhile was sealed under the current key.
      rewrapped += await em.nativeUpdate(ApiKey, { id, sealedSecret }, { sealedSecret: fresh });
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) break;
    after = last.id;
  }
  if (rewrapped > 0) {
    await em.transactional((transaction) =>
      writeAudit(transaction, {
        actor,
        action: 'master_key.rotate',
        subjectKind: 'master_key',
        subjectId: masterKeyId,
        data: { rewrapped, failed: failed.length },
      }),
    );
  }
  return { masterKeyId, rewrapped, alreadyCurrent, failed };
};

const reseal = (keys: MasterKeys, binding: { storeId: string; apiKeyId: string }, sealed: string): string | null => {
  try {
    return sealSecret(keys, binding, openSecret(keys, binding, sealed));
  } catch {
    return null;
  }
};
