// Messages that people can ask for again and again: at most one in any window, not only in windows that begin at fixed times.
import type { EmailKind } from '#domain/email-data.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { lockText, secondsAgo } from '../sql.ts';
import { withinTransaction } from '../transaction.ts';
import { type NewEmail, queueEmail } from './queue-emails.ts';

export interface SpacedEmail<Kind extends EmailKind> extends NewEmail<Kind> {
  /** No message of this kind, subject and recipient is queued within so many seconds after another. */
  windowSeconds: number;
  /** False: it must not be sent now. Called in the transaction, only for a message that would be queued. */
  mayBeQueued?: (em: Em) => Promise<boolean>;
}

/**
 * Queues a message, in the transaction of `em` when it is in one, unless one was queued a moment ago, or `mayBeQueued` forbids it; then false.
 * Its subject id is extended by the number of the fixed window in which it is queued. So the ids that one of the last `windowSeconds`
 * can have are known, also from a server whose clock is ahead, and found by the unique index.
 */
export const queueSpacedEmail = <Kind extends EmailKind>(
  em: Em,
  { windowSeconds, mayBeQueued, ...message }: SpacedEmail<Kind>,
): Promise<boolean> =>
  withinTransaction(em, async (inner) => {
    const { subjectId, kind, recipient } = message;
    // Requests that arrive together must not each find none.
    await lockText(inner, `${kind} ${subjectId}`);
    const window = Math.floor(Date.now() / 1000 / windowSeconds);
    const subjects = [window - 1, window, window + 1].map((number) => `${subjectId}:${number}`);
    const recent = await kyselyOf(inner)
      .selectFrom('EmailMessage')
      .select('id')
      .where('subjectId', 'in', subjects)
      .where('kind', '=', kind)
      .where('recipient', '=', recipient.trim())
      .where('createdAt', '>', secondsAgo(windowSeconds))
      .executeTakeFirst();
    if (recent) return false;
    if (mayBeQueued && !(await mayBeQueued(inner))) return false;
    return await queueEmail(inner, { ...message, subjectId: `${subjectId}:${window}` });
  });
