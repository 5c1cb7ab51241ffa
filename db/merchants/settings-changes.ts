// Owners hear of every change to where money or its news goes, in the transaction of the change: a stolen log-in cannot lead them
// elsewhere in silence. A page, a command or a script: whatever changes settings by `updateStore` is told.
import { randomUUID } from 'node:crypto';
import type { SettingsChangedData, WatchedSetting } from '#domain/email-data.ts';
import { queueStoreEmails } from '../delivery/queue-emails.ts';
import type { Em } from '../orm.ts';
import type { Actor } from './audit.ts';

const WATCHED: Readonly<Record<string, WatchedSetting>> = { receiver: 'receiver', webhookUrl: 'webhook' };
const URL_CHARACTERS = 40;

/**
 * Queues `settings_changed` for the merchant's owners when one of the changes is to be told of.
 * @param changes from and to by the setting's name
 * @param actor whoever did it; absent for a script
 */
export const tellOfSettings = async (
  em: Em,
  storeId: string,
  changes: Readonly<Record<string, { from: unknown; to: unknown }>>,
  actor: Actor | undefined,
): Promise<void> => {
  const told = Object.entries(changes).flatMap(([name, { from, to }]): SettingsChangedData['changes'] => {
    const setting = WATCHED[name];
    return setting ? [{ setting, from: shortened(setting, from), to: shortened(setting, to) }] : [];
  });
  if (told.length === 0) return;
  await queueStoreEmails(em, 'owners', {
    kind: 'settings_changed',
    // Of its own: each change is told, however soon after another.
    subjectId: `${storeId}:${randomUUID()}`,
    storeId,
    data: { changes: told, changedBy: actor?.email ?? null, at: new Date().toISOString() },
  });
};

const shortened = (setting: WatchedSetting, value: unknown): string | null => {
  if (typeof value !== 'string') return null;
  return setting === 'receiver' ? `${value.slice(0, 10)}…${value.slice(-8)}` : shortUrl(value);
};

/** Host and the beginning of the path: what follows, and the query, may hold a secret of the receiver's. */
const shortUrl = (text: string): string => {
  const { origin, pathname, search } = new URL(text);
  const [, first = '', ...rest] = pathname.split('/');
  const shown = `${origin}/${first}`;
  const isWhole = rest.length === 0 && search === '' && shown.length <= URL_CHARACTERS;
  return isWhole ? shown : `${shown.slice(0, Math.max(URL_CHARACTERS, origin.length))}…`;
};
