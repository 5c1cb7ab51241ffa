// E-mails as the operator sees them: what waits, what failed, and what came back. Never their contents: some hold secret links.
import type { EmailState } from '../entities/email.entity.ts';
import type { Em } from '../orm.ts';

export interface EmailFilter {
  state?: EmailState;
  /** Part of the recipient's address. */
  recipient?: string;
  /** The last row of the page before. */
  after?: { createdAt: string; id: string };
  limit: number;
}

export interface EmailRow {
  id: string;
  kind: string;
  recipient: string;
  storeName: string | null;
  storeIsTest: boolean;
  state: EmailState;
  attempts: number;
  transport: string | null;
  lastError: string | null;
  /** ISO-8601 to the microsecond: also the cursor. */
  createdAt: string;
  sentAt: string | null;
}

const ISO = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Newest first. */
export const listEmails = (em: Em, { state, recipient, after, limit }: EmailFilter): Promise<EmailRow[]> => {
  const like = recipient ? `%${recipient.replace(/[\\%_]/g, '\\$&')}%` : null;
  return em.fork().execute<EmailRow[]>(
    `select e.id, e.kind, e.recipient, s.name as "storeName", coalesce(s.is_test, false) as "storeIsTest", e.state, e.attempts, e.transport, e.last_error as "lastError",
       ${ISO('e.created_at')} as "createdAt", ${ISO('e.sent_at')} as "sentAt"
     from email_message e left join store s on s.id = e.store_id
     where (?::text is null or e.state = ?) and (?::text is null or e.recipient ilike ?)
       and (?::text is null or (e.created_at, e.id) < (?::timestamptz, ?))
     order by e.created_at desc, e.id desc limit ?`,
    [state ?? null, state ?? null, like, like, after?.id ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
  );
};
