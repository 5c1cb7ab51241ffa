// E-mails as the console lists them. Never their contents: some hold secret links.
import type { EmailState } from '../entities/email.entity.ts';
import { containing, instantOf, isoText } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface EmailFilter {
  state?: EmailState;
  /** Part of the recipient's address. */
  recipient?: string;
  /** The last row of the page before. */
  after?: { createdAt: string; id: string };
  limit: number;
}

export type EmailRow = Awaited<ReturnType<typeof listEmails>>[number];

/** Newest first. Times are ISO-8601 to the microsecond: `createdAt` is also the cursor. */
export const listEmails = async (em: Em, { state, recipient, after, limit }: EmailFilter) => {
  let query = kyselyOf(em)
    .selectFrom('EmailMessage as e')
    .leftJoin('Store as s', 's.id', 'e.store')
    .leftJoin('CheckoutIntent as i', 'i.id', 'e.intent')
    .select(['e.id', 'e.kind', 'e.recipient', 'e.state', 'e.attempts', 'e.transport', 'e.lastError'])
    .select(['s.name as storeName', 's.isTest', 'i.id as intentId', 'i.orderId'])
    .select(({ ref }) => [isoText(ref('e.createdAt')).as('createdAt'), isoText(ref('e.sentAt')).as('sentAt')])
    .orderBy('e.createdAt', 'desc')
    .orderBy('e.id', 'desc')
    .limit(limit);
  if (state) query = query.where('e.state', '=', state);
  if (recipient) query = query.where('e.recipient', 'ilike', containing(recipient));
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('e.createdAt', 'e.id'), '<', tuple(instantOf(after.createdAt), after.id)),
    );
  }
  const rows = await query.execute();
  return rows.map(({ isTest, ...row }) => ({ ...row, storeIsTest: isTest ?? false }));
};
