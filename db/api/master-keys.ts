// Re-wraps sealed secrets under the current master key, so that an old one can be removed from MASTER_KEYS. Each row is a step of its
// own: the work can be stopped anywhere, run twice, and run while keys are in use.

import { ApiKey } from '../entities/store.entity.ts';
import { WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
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
  /** Keys and webhook endpoints whose secret none of the given master keys opens. They stay as they are. */
  failed: string[];
}

/** Everything that is sealed under master keys. Only the id, the store and the sealed secret are used, which both have. */
const SEALED = [ApiKey, WebhookEndpoint] as unknown as readonly (typeof ApiKey)[];

/** Seals every secret under `keys.current`; any of `keys` may open it. */
export const rewrapSecrets = async (entityManager: Em, keys: MasterKeys, actor: Actor): Promise<Rewrapped> => {
  const em = entityManager.fork();
  const masterKeyId = keys.current.id;
  const all = { alreadyCurrent: 0, rewrapped: 0, failed: [] as string[] };
  for (const entity of SEALED) {
    const { alreadyCurrent, rewrapped, failed } = await rewrapRows(em, keys, entity);
    all.alreadyCurrent += alreadyCurrent;
    all.rewrapped += rewrapped;
    all.failed.push(...failed);
  }
  const { rewrapped, failed } = all;
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
  return { masterKeyId, ...all };
};

const rewrapRows = async (
  em: Em,
  keys: MasterKeys,
  entity: (typeof SEALED)[number],
): Promise<Omit<Rewrapped, 'masterKeyId'>> => {
  const prefix = `v1.${keys.current.id}.`;
  const alreadyCurrent = await em.count(entity, { sealedSecret: { $like: startingWith(prefix) } });
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const rows = await em.find(
      entity,
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
      rewrapped += await em.nativeUpdate(entity, { id, sealedSecret }, { sealedSecret: fresh });
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) break;
    after = last.id;
  }
  return { alreadyCurrent, rewrapped, failed };
};

const reseal = (keys: MasterKeys, binding: { storeId: string; apiKeyId: string }, sealed: string): string | null => {
  try {
    return sealSecret(keys, binding, openSecret(keys, binding, sealed));
  } catch {
    return null;
  }
};
