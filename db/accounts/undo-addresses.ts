// The mailboxes that can still undo a change of an account's e-mail address (decision 0071): they hear of what the account hears of.
import { sql } from 'kysely';
import type { Em } from '../orm.ts';

/** Mailed links keep what they are about under this, followed by JSON (web/auth/account-links.ts). */
export const linkValueStart = (userId: string): string => `link ${userId} `;

export const UNDO_LINK_PREFIX = 'undo-email:';

/** The addresses from before, of changes that can still be undone. Reads the schema of accounts. */
export const undoAddresses = async (em: Em, userId: string): Promise<string[]> => {
  const start = linkValueStart(userId);
  const { rows } = await sql<{ address: string }>`
    select distinct substr(value, ${start.length + 1})::jsonb ->> 'from' as address from auth.verification
    where starts_with(identifier, ${UNDO_LINK_PREFIX}) and starts_with(value, ${start}) and "expiresAt" > now()
    order by address`.execute(em.getKysely());
  return rows.map(({ address }) => address);
};
