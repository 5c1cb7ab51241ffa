// E-mails about webhook endpoints: new URLs and secrets to the owners; an endpoint that fails or is gone to those who hear of the store's trouble.
import { createHash } from 'node:crypto';
import type { SettingsChangedData } from '#domain/email-data.ts';
import { notMePath } from '../accounts/mailed-links.ts';
import { queueStoreEmails } from '../delivery/queue-emails.ts';
import { queueSpacedEmail } from '../delivery/spaced-emails.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import type { Store } from '../entities/store.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Actor } from '../merchants/audit.ts';
import { shortUrl } from '../merchants/settings-changes.ts';
import type { Em } from '../orm.ts';
import { secondsAgo } from '../sql.ts';

const WINDOW_SECONDS = 3_600;
/** E-mails about new URLs that an owner gets from a store in one window. */
export const MAX_URL_MAILS = 10;

/** Ids may be logged; a URL can contain a secret, and is long. */
const urlId = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 32);

/**
 * An API key can make a new URL, so its owners hear of it: whoever stole a key cannot listen unnoticed. A key that changes URLs in a
 * loop must not fill their mailboxes: one e-mail for each URL in an hour, and `MAX_URL_MAILS` for all. One for all would let a new
 * URL pass unnoticed after a harmless one. Call it with the store locked, so that the limit holds for requests at the same moment.
 */
export const mailNewUrl = (em: Em, store: Store, actor: Actor, from: string | null, to: string): Promise<void> =>
  mailOwners(em, store, actor, `endpoint:${urlId(to)}`, {
    setting: 'endpoint',
    from: from && shortUrl(from),
    to: shortUrl(to),
  });

/** Anybody who has the new secret can imitate what is sent there. The limits are the same, each URL once in an hour. */
export const mailNewSecret = (em: Em, store: Store, actor: Actor, url: string): Promise<void> =>
  mailOwners(em, store, actor, `endpoint:secret-${urlId(url)}`, {
    setting: 'endpoint_secret',
    from: null,
    to: shortUrl(url),
  });

const mailOwners = async (
  em: Em,
  store: Store,
  actor: Actor,
  subject: string,
  change: SettingsChangedData['changes'][number],
): Promise<void> => {
  const storeId = store.id;
  const owners = await em.find(Member, { merchant: store.merchant, role: 'owner' });
  const data: SettingsChangedData = {
    changes: [change],
    changedBy: actor.email ?? actor.id,
    at: new Date().toISOString(),
    notMe: await notMePath(em, actor),
  };
  for (const recipient of new Set(owners.map(({ email }) => email.trim()))) {
    await queueSpacedEmail(em, {
      kind: 'settings_changed',
      subjectId: `${storeId}:${subject}`,
      recipient,
      storeId,
      windowSeconds: WINDOW_SECONDS,
      mayBeQueued: async (inner) => (await recentUrlMails(inner, storeId, recipient)) < MAX_URL_MAILS,
      data,
    });
  }
};

const recentUrlMails = async (em: Em, storeId: string, recipient: string): Promise<number> => {
  const { count } = await kyselyOf(em)
    .selectFrom('EmailMessage')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('store', '=', storeId)
    .where('kind', '=', 'settings_changed')
    .where('subjectId', 'like', `${storeId}:endpoint:%`)
    .where('recipient', '=', recipient)
    .where('createdAt', '>', secondsAgo(WINDOW_SECONDS))
    .executeTakeFirstOrThrow();
  return Number(count);
};

/** The endpoint was stopped by its receiver's 410. At most one e-mail an hour for each: a key can start it again and again. */
export const mailGone = (em: Em, storeId: string, endpointId: string, url: string, now: Date): Promise<void> =>
  queueStoreEmails(em, 'attention', {
    kind: 'receiver_disabled',
    subjectId: `${endpointId}:${now.toISOString().slice(0, 13)}`,
    storeId,
    data: { url, endpointId },
  });
