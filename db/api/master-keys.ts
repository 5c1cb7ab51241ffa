// Re-wraps sealed secrets under the current master key, so that an old one can be removed from MASTER_KEYS. Each row is a step of its
// own: the work can be stopped anywhere, run twice, and run while keys are in use.

import { WebhookEndpoint } from '../entities/webhook-endpoint.entity.ts';
import { startingWith } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
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

/** Everything that is sealed under master keys. */
const SEALED = ['ApiKey', 'WebhookEndpoint'] as const;

/** Seals every secret under `keys.current`; any of `keys` may open it. */
export const rewrapSecrets = async (entityManager: Em, keys: MasterKeys, actor: Actor): Promise<Rewrapped> => {
  const em = entityManager.fork();
  const masterKeyId = keys.current.id;
  // A renewed secret may take the old one's place meanwhile, so it comes first.
  const all = await rewrapWaiting(em, keys);
  for (const table of SEALED) {
    const { alreadyCurrent, rewrapped, failed } = await rewrapRows(em, keys, table);
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
  table: (typeof SEALED)[number],
): Promise<Omit<Rewrapped, 'masterKeyId'>> => {
  const prefix = `v1.${keys.current.id}.`;
  const db = kyselyOf(em);
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('sealedSecret', 'like', startingWith(prefix))
    .executeTakeFirstOrThrow();
  const failed: string[] = [];
  let rewrapped = 0;
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'store', 'sealedSecret'])
      .where('id', '>', after)
      .where('sealedSecret', 'not like', startingWith(prefix))
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const { id, store, sealedSecret } of rows) {
      const fresh = reseal(keys, { storeId: store, apiKeyId: id }, sealedSecret);
      if (fresh === null) {
        failed.push(id);
        continue;
      }
      // A row that changed meanwhile was sealed under the current key.
      const { numUpdatedRows } = await db
        .updateTable(table)
        .set({ sealedSecret: fresh })
        .where('id', '=', id)
        .where('sealedSecret', '=', sealedSecret)
        .executeTakeFirstOrThrow();
      rewrapped += Number(numUpdatedRows);
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) break;
    after = last.id;
  }
  return { alreadyCurrent: Number(count), rewrapped, failed };
};

/** Renewed secrets of endpoints that do not sign yet. */
const rewrapWaiting = async (em: Em, keys: MasterKeys): Promise<Omit<Rewrapped, 'masterKeyId'>> => {
  const prefix = `v1.${keys.current.id}.`;
  const all = { alreadyCurrent: 0, rewrapped: 0, failed: [] as string[] };
  const waiting = await em.find(WebhookEndpoint, { nextSealedSecret: { $ne: null } }, { orderBy: { id: 'asc' } });
  for (const { id, store, nextSealedSecret } of waiting) {
    if (nextSealedSecret == null) continue;
    if (nextSealedSecret.startsWith(prefix)) {
      all.alreadyCurrent += 1;
      continue;
    }
    const fresh = reseal(keys, { storeId: store.id, apiKeyId: id }, nextSealedSecret);
    if (fresh === null) all.failed.push(id);
    else all.rewrapped += await em.nativeUpdate(WebhookEndpoint, { id, nextSealedSecret }, { nextSealedSecret: fresh });
  }
  return all;
};

const reseal = (keys: MasterKeys, binding: { storeId: string; apiKeyId: string }, sealed: string): string | null => {
  try {
    return sealSecret(keys, binding, openSecret(keys, binding, sealed));
  } catch {
    return null;
  }
};
