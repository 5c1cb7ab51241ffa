// Re-wraps sealed secrets under the current master key, so that an old one can be taken out of MASTER_KEYS. Each row is one short
// step of its own: the work can be stopped anywhere, run twice, and run while keys are used.

import { type Actor, writeAudit } from '../merchants/audit.ts';
import type { Em } from '../orm.ts';
import { type MasterKeys, openSecret, sealSecret } from '../secrets.ts';

const ROWS_AT_ONCE = 200;

export interface Rewrapped {
  /** The master key that all of them are sealed under now. */
  masterKeyId: string;
  rewrapped: number;
  /** Sealed under it before. */
  alreadyCurrent: number;
  /** Keys whose secret no master key given opens; they are left as they are. */
  failed: string[];
}

/** API secrets are all that is sealed under master keys. Seals under `keys.current`; any of `keys` may open. */
export const rewrapSecrets = async (entityManager: Em, keys: MasterKeys, actor: Actor): Promise<Rewrapped> => {
  const em = entityManager.fork();
  const masterKeyId = keys.current.id;
  const prefix = `v1.${masterKeyId}.`;
  const [counted] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from api_key where starts_with(sealed_secret, ?)',
    [prefix],
  );
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const rows = await em.execute<{ id: string; store_id: string; sealed_secret: string }[]>(
      'select id, store_id, sealed_secret from api_key where id > ? and not starts_with(sealed_secret, ?) order by id limit ?',
      [after, prefix, ROWS_AT_ONCE],
    );
    for (const { id, store_id: storeId, sealed_secret: sealed } of rows) {
      const binding = { storeId, apiKeyId: id };
      const fresh = reseal(keys, binding, sealed);
      if (fresh === null) {
        failed.push(id);
        continue;
      }
      // Whoever changed the row meanwhile has sealed it under the current key.
      const changed = await em.execute<unknown[]>(
        'update api_key set sealed_secret = ? where id = ? and sealed_secret = ? returning id',
        [fresh, id, sealed],
      );
      rewrapped += changed.length;
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
  return { masterKeyId, rewrapped, alreadyCurrent: counted?.count ?? 0, failed };
};

const reseal = (keys: MasterKeys, binding: { storeId: string; apiKeyId: string }, sealed: string): string | null => {
  try {
    return sealSecret(keys, binding, openSecret(keys, binding, sealed));
  } catch {
    return null;
  }
};
