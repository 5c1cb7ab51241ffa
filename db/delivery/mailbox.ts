// The development mailbox: the messages that the transport `mailbox` received.
import { MailboxMessage } from '../entities/email.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export type MailboxContent = Pick<MailboxMessage, 'id' | 'recipient' | 'subjectLine' | 'html' | 'plainText' | 'source'>;

/** Stores a message. Safe to run twice. */
export const keepInMailbox = async (em: Em, message: MailboxContent): Promise<void> => {
  await kyselyOf(em.fork())
    .insertInto('MailboxMessage')
    .values(message)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
};

const LIST_MAX = 200;

export type MailboxLine = Pick<MailboxMessage, 'id' | 'recipient' | 'subjectLine' | 'receivedAt'>;

/** Newest first, of one recipient or of all. */
export const listMailbox = (em: Em, recipient: string | null): Promise<MailboxLine[]> =>
  em.fork().find(MailboxMessage, recipient === null ? {} : { recipient }, {
    orderBy: { receivedAt: 'desc', id: 'asc' },
    limit: LIST_MAX,
    fields: ['id', 'recipient', 'subjectLine', 'receivedAt'],
  });

export const readMailboxMessage = (em: Em, id: string): Promise<MailboxMessage | null> =>
  em.fork().findOne(MailboxMessage, id);
