// The audit log: who did what, to what, and why. Entries are written in the transaction of the act itself; a trigger chains them
// by hash and refuses every change (migration 0007).
import type { ActorKind } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';

export interface Actor {
  kind: ActorKind;
  /** The account's id; the machine's user for a command. */
  id: string;
  email: string | null;
}

export interface NewAuditEntry {
  actor: Actor;
  /** Thing and verb, as `merchant.activate`, `store.update`, `key.create`. */
  action: string;
  subjectKind: string;
  subjectId: string;
  merchantId?: string | null;
  storeId?: string | null;
  reason?: string | null;
  /** What changed, JSON-safe; never a secret. */
  data?: Record<string, unknown>;
}

/** Adds an entry within the transaction of `em`: call it inside `em.transactional`, with the act. */
export const writeAudit = async (em: Em, entry: NewAuditEntry): Promise<void> => {
  const { actor, action, subjectKind, subjectId, merchantId, storeId, reason, data } = entry;
  await em.execute(
    `insert into audit_entry (actor_kind, actor_id, actor_email, action, subject_kind, subject_id, merchant_id, store_id, reason, data)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)`,
    [
      ...[actor.kind, actor.id, actor.email, action, subjectKind, subjectId],
      ...[merchantId ?? null, storeId ?? null, reason ?? null, JSON.stringify(data ?? {})],
    ],
  );
};

/** The first entry whose hash does not follow from the one before it and its own content; null when the chain holds. */
export const findBrokenAuditEntry = async (em: Em): Promise<{ id: string } | null> => {
  const [row] = await em.fork().execute<{ id: string }[]>(
    `select id::text from (
       select *, coalesce(lag(hash) over (order by id), '') as previous from audit_entry
     ) entry
     where hash <> encode(sha256(convert_to(concat_ws(E'\\x1f', previous, id,
       to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor_kind, actor_id, coalesce(actor_email, '-'), action,
       subject_kind, subject_id, coalesce(merchant_id, '-'), coalesce(store_id, '-'), coalesce(reason, '-'), data::text), 'UTF8')), 'hex')
     order by entry.id limit 1`,
  );
  return row ?? null;
};
