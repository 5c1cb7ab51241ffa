// Undoing a change of an account's e-mail address, by the link in the old mailbox. The old address, log-in methods and sealed keys return;
// the person who changed the address keeps no way in.
import {
  addSealedKey,
  findWallet,
  listSealedKeys,
  type NewSealedKey,
  removePasswordKey,
} from '#db/accounts/account-wallets.ts';
import { moveMember } from '#db/accounts/member-email.ts';
import { cancelChangesSince } from '#db/merchants/decide-change.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { deadLink, endLinksAfterUndo, findLink, makeLink, takeLink } from '#web/auth/account-links.ts';
import { noticesOf } from '#web/auth/account-mail.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { endEverything } from '#web/auth/end-everything.ts';
import { restoreSnapshot, takeSnapshot } from '#web/auth/log-in-snapshot.ts';

/** Longer than a weekend or a short absence. */
export const UNDO_DAYS = 7;
const DAY_MS = 86_400_000;

export interface EmailChangeView {
  from: string;
  to: string;
}

export interface EmailUndo {
  /** Call it before the change. Mails the link to the old address. */
  prepare(userId: string, change: EmailChangeView): Promise<void>;
  /** Null for a link that was used, has expired or never was. */
  undoView(token: string): Promise<EmailChangeView | null>;
  /** Throws UserError `dead_link`, `taken`. */
  undo(token: string): Promise<void>;
}

export const createEmailUndo = (orm: Orm, auth: Auth, publicUrl: string): EmailUndo => {
  const notices = noticesOf(orm, publicUrl);
  const records = createAccountRecords(orm);

  const keysOf = async (userId: string): Promise<NewSealedKey[]> =>
    (await listSealedKeys(orm.em, userId)).map(({ kind, credentialId, blob }) => ({
      kind,
      credentialId: credentialId ?? null,
      blob,
    }));

  const restoreKeys = async (userId: string, json: string): Promise<void> => {
    if (!(await findWallet(orm.em, userId))) return;
    const keys = JSON.parse(json) as NewSealedKey[];
    if (!keys.some(({ kind }) => kind === 'password')) await removePasswordKey(orm.em, userId);
    for (const key of keys) await addSealedKey(orm.em, userId, key);
  };

  return {
    async prepare(userId, { from, to }) {
      const context = await auth.$context;
      const expiresAt = new Date(Date.now() + UNDO_DAYS * DAY_MS);
      const data = {
        ...{ from, to, at: new Date().toISOString() },
        methods: await takeSnapshot(context, userId),
        keys: JSON.stringify(await keysOf(userId)),
      };
      const token = await makeLink(context, 'undo-email', { userId, expiresAt, data });
      const path = `/account/undo-email?token=${token}`;
      const mail = { id: userId, email: from, recipient: from, about: to, path, time: expiresAt };
      await notices.send({ ...mail, event: 'email_changed' });
    },

    async undoView(token) {
      const link = await findLink(await auth.$context, 'undo-email', token);
      return link ? { from: link.data.to ?? '', to: link.data.from ?? '' } : null;
    },

    async undo(token) {
      const context = await auth.$context;
      const link = await findLink(context, 'undo-email', token);
      const user = link && (await context.internalAdapter.findUserById(link.userId));
      if (!link || !user) throw deadLink();
      const { userId, data } = link;
      const { from: email = '', methods = '', keys = '[]', at = '' } = data;
      const holder = await context.internalAdapter.findUserByEmail(email);
      if (holder && holder.user.id !== userId) {
        throw new UserError('taken', 'Another account has this e-mail address now');
      }
      if (!(await takeLink(context, 'undo-email', token))) throw deadLink();
      await records.write({ action: 'account.email_undo', user, data: {} });
      await restoreSnapshot(context.adapter, userId, methods, new Date(at));
      await endEverything(context, userId);
      // Links of later changes would bring back the person who made them. Those of earlier ones stay: their mailboxes may undo too.
      await endLinksAfterUndo(context, link);
      await restoreKeys(userId, keys);
      await moveMember(orm.em, userId, email);
      // Who changed the address may have asked for more.
      await cancelChangesSince(orm.em, { userId, since: new Date(at), actor: { kind: 'account', id: userId, email } });
      for (const recipient of new Set([email, user.email])) {
        await notices.send({ id: userId, email, event: 'email_undone', recipient, path: '/account/log-in' });
      }
    },
  };
};
