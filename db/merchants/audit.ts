// The audit log: who did what, to what, and why. An entry is written in the transaction of its action. A trigger chains entries by
// hash and rejects changes (migration 0007).
import type { AuditAction } from '#domain/audit-actions.ts';
import { UserError } from '#domain/errors.ts';
import { BAD_TEXT, isShownText } from '#domain/text.ts';
import { type ActorKind, AuditEntry } from '../entities/merchant-people.entity.ts';
import type { Em } from '../orm.ts';

export interface Actor {
  kind: ActorKind;
  /** The account's id, or the machine's user for a command. */
  id: string;
  email: string | null;
}

/** A worker that acts by itself. */
export const WORKER: Actor = { kind: 'system', id: 'worker', email: null };
/** The follower of refunds, which writes what the chain showed. */
export const REFUND_FOLLOWER: Actor = { kind: 'system', id: 'send-back', email: null };
/** A script or seed, which names no person. */
export const SCRIPT: Actor = { kind: 'system', id: 'script', email: null };

export interface NewAuditEntry {
  actor: Actor;
  action: AuditAction;
  subjectKind: string;
  subjectId: string;
  merchantId?: string | null;
  storeId?: string | null;
  reason?: string | null;
  /** What changed, JSON-safe; never a secret. */
  data?: Record<string, unknown>;
}

/** Adds an entry in the transaction of `em`: call it inside `em.transactional`, with the action. Throws UserError `bad_text` for a reason that could deceive its readers. */
export const writeAudit = async (em: Em, entry: NewAuditEntry): Promise<void> => {
  const { actor, action, subjectKind, subjectId, merchantId, storeId, reason, data } = entry;
  if (reason && !isShownText(reason)) throw new UserError('bad_text', BAD_TEXT);
  await em.insert(AuditEntry, {
    actorKind: actor.kind,
    actorId: actor.id,
    actorEmail: actor.email,
    action,
    subjectKind,
    subjectId,
    merchantId: merchantId ?? null,
    storeId: storeId ?? null,
    reason: reason ?? null,
    data: data ?? {},
  });
};

/** Whether an account did this since then. */
export const hasAccountActionSince = async (
  em: Em,
  { userId, action, since }: { userId: string; action: AuditAction<'account'>; since: Date },
): Promise<boolean> => {
  const entry = { subjectKind: 'account', subjectId: userId, action, at: { $gte: since } };
  return (await em.fork().count(AuditEntry, entry)) > 0;
};

/** No entry is added by another transaction until this one ends. The trigger takes the same lock (migration 0007). */
export const lockAuditChain = async (em: Em): Promise<void> => {
  await em.execute('select pg_advisory_xact_lock(7204913)');
};

/** The first entry whose hash is not that of the previous hash and its own content; null when the chain is intact. */
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
