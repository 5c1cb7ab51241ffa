// The webhook of operators' alerts as an outbox of its own: rows are leased, sent and marked, without Temporal, whose absence is one of
// the things that they tell.
import { sql } from 'kysely';
import { AlertMessage, type AlertMessageState } from '../entities/operator-alert.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { msFromNow, now } from '../sql.ts';

export interface DueAlertMessage {
  id: string;
  /** The exact bytes to send. */
  body: string;
  /** This one included. */
  attempts: number;
}

/** Takes messages that are due, oldest first, and leases them: when this process dies they become due again. */
export const claimAlertMessages = (em: Em, limit: number, leaseMs: number): Promise<DueAlertMessage[]> =>
  kyselyOf(em.fork())
    .updateTable('AlertMessage')
    .set({ nextAttemptAt: msFromNow(leaseMs), attempts: sql<number>`attempts + 1` })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('AlertMessage')
        .select('id')
        .where('state', '=', 'pending')
        .where('nextAttemptAt', '<=', now)
        .orderBy('nextAttemptAt')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'body', 'attempts'])
    .execute();

/** Ends a message. */
export const endAlertMessage = async (
  em: Em,
  id: string,
  state: Exclude<AlertMessageState, 'pending'>,
  lastError: string | null,
): Promise<void> => {
  const sentAt = state === 'sent' ? new Date() : null;
  await em.fork().nativeUpdate(AlertMessage, { id, state: 'pending' }, { state, sentAt, lastError });
};

/** Makes a message due again after a pause. */
export const postponeAlertMessage = async (em: Em, id: string, pauseMs: number, lastError: string): Promise<void> => {
  await kyselyOf(em.fork())
    .updateTable('AlertMessage')
    .set({ nextAttemptAt: msFromNow(pauseMs), lastError })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
};

export interface ListedAlertMessage {
  id: string;
  createdAt: Date;
  isTest: boolean;
  emails: number;
  state: AlertMessageState;
  attempts: number;
  lastError: string | null;
}

/** The newest messages. */
export const listAlertMessages = async (em: Em, limit: number): Promise<ListedAlertMessage[]> => {
  const rows = await em.fork().find(AlertMessage, { id: { $ne: '' } }, { orderBy: { createdAt: 'desc' }, limit });
  return rows.map(({ id, createdAt, isTest, emails, state, attempts, lastError }) => ({
    ...{ id, createdAt, isTest, emails, state, attempts },
    lastError: lastError ?? null,
  }));
};
