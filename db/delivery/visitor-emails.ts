// E-mails to an address that a visitor without a log-in names. A day's number is limited by recipient, across orders, stores and
// accounts, and by the visitor's own address; the counts are rows, so all servers share them (decision 0064).
import { createHash } from 'node:crypto';
import { emailAddressOf } from '#domain/email-address.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { lockText, secondsAgo } from '../sql.ts';

/**
 * In 24 hours: to one mailbox about orders, to one mailbox about its accounts, and by one visitor. Many shoppers of a mobile carrier
 * share one client address. Orders have a number of their own, so that receipts cannot use up the links that reset a password.
 * `address`: requests of an account's owner for another e-mail address, counted at the mailbox that the account has.
 */
export const VISITOR_EMAILS_A_DAY = { order: 10, account: 20, address: 5, client: 100 } as const;
export const VISITOR_EMAIL_SECONDS = 86_400;

export interface VisitorEmail {
  about: 'order' | 'account' | 'address';
  /** What the e-mail is about: an order's id, or an account message's subject. The same subject and recipient count once. */
  subject: string;
  recipient: string;
  /** `addressCountKey` of the visitor's IP address; null where it is limited elsewhere. */
  clientKey: string | null;
}

/** Spellings that one mailbox receives: case, a tag after `+`, and dots at Gmail. Only for counting: mail goes to what was typed. */
export const mailboxOf = (address: string): string => {
  const text = emailAddressOf(address.normalize('NFKC'));
  const at = text.lastIndexOf('@');
  const [local = '', domain] = [text.slice(0, at).replace(/\+.*$/, ''), text.slice(at + 1).replace(/\.$/, '')];
  return domain === 'gmail.com' || domain === 'googlemail.com'
    ? `${local.replaceAll('.', '')}@gmail.com`
    : `${local}@${domain}`;
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Counts one e-mail, in the transaction of `em`. False when the day's number for the recipient or the visitor is used up: nothing may be sent then. */
export const takeVisitorEmail = async (
  em: Em,
  { about, subject, recipient, clientKey }: VisitorEmail,
): Promise<boolean> => {
  const [recipientHash, clientHash] = [
    hashOf(`${about} ${mailboxOf(recipient)}`),
    clientKey === null ? '' : hashOf(`client ${clientKey}`),
  ];
  const db = kyselyOf(em);
  // Requests that arrive together must not all find the last place free. In one order, so that two never wait for each other.
  for (const hash of [recipientHash, clientHash].sort()) await lockText(em, hash);
  const known = await db
    .selectFrom('VisitorEmail')
    .select('subject')
    .where('subject', '=', subject)
    .where('recipientHash', '=', recipientHash)
    .executeTakeFirst();
  if (known) return true;
  const { byRecipient, byClient } = await db
    .selectFrom('VisitorEmail')
    .select((eb) => [
      eb.fn.countAll<string>().filterWhere('recipientHash', '=', recipientHash).as('byRecipient'),
      eb.fn.countAll<string>().filterWhere('clientHash', '=', clientHash).as('byClient'),
    ])
    .where('createdAt', '>', secondsAgo(VISITOR_EMAIL_SECONDS))
    .where((eb) => eb.or([eb('recipientHash', '=', recipientHash), eb('clientHash', '=', clientHash)]))
    .executeTakeFirstOrThrow();
  if (
    Number(byRecipient) >= VISITOR_EMAILS_A_DAY[about] ||
    (clientKey !== null && Number(byClient) >= VISITOR_EMAILS_A_DAY.client)
  )
    return false;
  await db.insertInto('VisitorEmail').values({ subject, recipientHash, clientHash }).execute();
  return true;
};
