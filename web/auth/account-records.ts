// What log-ins leave in our own tables: entries of the audit log, and the authenticator codes that were used.

import { type TotpStep, takeTotpStep } from '#db/accounts/totp-use.ts';
import { type Actor, type NewAuditEntry, writeAudit } from '#db/merchants/audit.ts';
import type { Orm } from '#db/orm.ts';
import type { AuditAction } from '#domain/audit-actions.ts';
import type { AccountUser } from './request-account.ts';

export interface AccountEvent {
  action: AuditAction<'account'>;
  /** Null: somebody who named no account of ours. */
  user: Pick<AccountUser, 'id' | 'email' | 'role'> | null;
  /** No IP address: sessions and the access log have it, and end. This log does not. */
  data?: Record<string, unknown>;
}

export interface AccountRecords {
  write(event: AccountEvent): Promise<void>;
  takeTotpStep(step: TotpStep): Promise<boolean>;
}

export const createAccountRecords = (orm: Orm): AccountRecords => ({
  write: (event) => orm.em.fork().transactional((em) => writeAudit(em as Orm['em'], entryOf(event))),
  takeTotpStep: (step) => takeTotpStep(orm.em, step),
});

/** An account's holder, by id only: the log keeps it for ever, and the id means nothing once the account is gone. */
export const accountActor = (userId: string): Actor => ({ kind: 'account', id: userId, email: null });

const actorOf = ({ id, email, role }: NonNullable<AccountEvent['user']>): Actor =>
  role === 'operator' ? { kind: 'operator', id, email } : accountActor(id);

const entryOf = ({ action, user, data = {} }: AccountEvent): NewAuditEntry => ({
  actor: user ? actorOf(user) : { kind: 'system', id: 'unknown', email: null },
  action,
  subjectKind: 'account',
  subjectId: user?.id ?? 'unknown',
  data,
});
