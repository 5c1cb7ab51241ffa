// Cancels a change that waits, in the transaction of `em`: its entry in the audit log, what it had prepared, and an e-mail to all
// owners.
import type { AuditAction } from '#domain/audit-actions.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { type ChangeKind, OPEN_CHANGE, PendingChange } from '../entities/pending-change.entity.ts';
import { ApiKey } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { summaryOf } from './change-summary.ts';
import { firstStoreOf, ownersOf } from './owner-mail.ts';

/** @param data more for the audit log, for example that a link of an e-mail was used */
export const endChange = async (
  em: Em,
  change: PendingChange,
  actor: Actor,
  data: Record<string, unknown> = {},
): Promise<void> => {
  const now = new Date();
  change.state = 'canceled';
  change.decidedAt = now;
  change.decidedBy = actor.email ?? actor.id;
  const { details } = change;
  // Its secret is known to its author, who may have been a stranger.
  if (details.kind === 'webhook_secret') {
    await em.nativeUpdate(ApiKey, { id: details.apiKeyId, revokedAt: null }, { revokedAt: now });
  }
  await em.flush();
  await auditChange(em, 'change.cancel', change, actor, data);
  const storeId = change.store?.id ?? (await firstStoreOf(em, change.merchant.id));
  if (!storeId) return;
  for (const { email: recipient } of await ownersOf(em, change.merchant.id)) {
    await queueEmail(em, {
      kind: 'change_canceled',
      subjectId: change.id,
      recipient,
      storeId,
      data: { change: summaryOf(details), canceledBy: actor.email, at: now.toISOString() },
    });
  }
};

/**
 * Cancels the change of this kind and subject that waits, if there is one: something else was decided about the subject directly. The
 * caller holds the merchant's lock.
 */
export const endWaitingChange = async (
  em: Em,
  { kind, subject }: { kind: ChangeKind; subject: string },
  actor: Actor,
  data: Record<string, unknown>,
): Promise<void> => {
  const waiting = await em.findOne(PendingChange, { kind, subject, state: OPEN_CHANGE }, { refresh: true });
  if (waiting) await endChange(em, waiting, actor, data);
};

/** What a change of a merchant's people is about. @param person the account's id, or the address of an invitation */
export const personSubject = (merchantId: string, person: string): string => `${merchantId}:${person}`;

export const auditChange = (
  em: Em,
  action: AuditAction<'change'>,
  { id, merchant, store, details, appliesAt, reason }: PendingChange,
  actor: Actor,
  more: Record<string, unknown> = {},
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    subjectKind: 'pending_change',
    subjectId: id,
    merchantId: merchant.id,
    storeId: store?.id ?? null,
    reason: reason ?? null,
    data: { ...auditedDetails(details), applies_at: appliesAt.toISOString(), ...more },
  });

const auditedDetails = (details: PendingChange['details']): Record<string, unknown> => {
  if (details.kind !== 'owner_invitation') return { ...details };
  const { kind, email } = details;
  return { kind, email };
};
