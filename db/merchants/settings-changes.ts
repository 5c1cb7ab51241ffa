// E-mails owners about every change of the receiver and the webhook URL, in the transaction of the change, so that a stolen log-in
// cannot redirect money unnoticed. Applies to pages, commands and scripts alike: all of them use `updateStore`.
import { randomUUID } from 'node:crypto';
import type { SettingsChangedData, WatchedSetting } from '#domain/email-data.ts';
import { notMePath } from '../accounts/mailed-links.ts';
import { queueStoreEmails } from '../delivery/queue-emails.ts';
import type { Em } from '../orm.ts';
import type { Actor } from './audit.ts';

const WATCHED: Readonly<Record<string, WatchedSetting>> = { receiver: 'receiver', webhookUrl: 'webhook' };
const URL_CHARACTERS = 40;

/**
 * Queues `settings_changed` for the merchant's owners when a watched setting changed.
 * @param changes from and to, by the setting's name
 * @param actor the person; absent for a script
 */
export const mailSettingsChanges = async (
  em: Em,
  storeId: string,
  changes: Readonly<Record<string, { from: unknown; to: unknown }>>,
  actor: Actor | undefined,
): Promise<void> => {
  const watched = Object.entries(changes).flatMap(([name, { from, to }]): SettingsChangedData['changes'] => {
    const setting = WATCHED[name];
    return setting ? [{ setting, from: shortened(setting, from), to: shortened(setting, to) }] : [];
  });
  if (watched.length === 0) return;
  await queueStoreEmails(em, 'owners', {
    kind: 'settings_changed',
    // Unique: each change gets its own e-mail.
    subjectId: `${storeId}:${randomUUID()}`,
    storeId,
    data: {
      changes: watched,
      changedBy: actor?.email ?? null,
      at: new Date().toISOString(),
      notMe: await notMePath(em, actor),
    },
  });
};

const shortened = (setting: WatchedSetting, value: unknown): string | null => {
  if (typeof value !== 'string') return null;
  return setting === 'receiver' ? `${value.slice(0, 10)}…${value.slice(-8)}` : shortUrl(value);
};

/** Host and the beginning of the path. The rest and the query may contain a secret. */
export const shortUrl = (text: string): string => {
  const { origin, pathname, search } = new URL(text);
  const [, first = '', ...rest] = pathname.split('/');
  const shown = `${origin}/${first}`;
  const isWhole = rest.length === 0 && search === '' && shown.length <= URL_CHARACTERS;
  return isWhole ? shown : `${shown.slice(0, Math.max(URL_CHARACTERS, origin.length))}…`;
};
