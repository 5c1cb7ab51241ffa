// "This was not me", from an e-mail about a change that the account made: logs it out everywhere and cancels what it asked for and still waits.
// Nothing else: a reader of the mailbox must not be able to lower the factors or to bring anything back (decision 0060).
import { cancelChangesSince } from '#db/merchants/decide-change.ts';
import type { Orm } from '#db/orm.ts';
import { deadLink, findLink, takeLink } from '#web/auth/account-links.ts';
import { createAccountRecords } from '#web/auth/account-records.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { endEverything } from '#web/auth/end-everything.ts';

export interface NotMe {
  /** The e-mail address of the account; null for a link that was used, has expired or never was. */
  view(token: string): Promise<string | null>;
  /** Throws UserError `dead_link`. */
  stop(token: string): Promise<void>;
}

export const createNotMe = (orm: Orm, auth: Auth): NotMe => {
  const userOf = async (token: string) => {
    const context = await auth.$context;
    const link = await findLink(context, 'not-me', token);
    return link ? await context.internalAdapter.findUserById(link.userId) : null;
  };
  return {
    view: async (token) => (await userOf(token))?.email ?? null,
    async stop(token) {
      const context = await auth.$context;
      const user = await userOf(token);
      if (!user) throw deadLink();
      const { id, email } = user;
      // The link ends last: after a crash it works again, and each step is safe to run twice.
      await endEverything(context, id);
      const actor = { kind: 'account' as const, id, email };
      const canceled = await cancelChangesSince(orm.em, { userId: id, since: new Date(0), actor });
      if (!(await takeLink(context, 'not-me', token))) return;
      await createAccountRecords(orm).write({ action: 'account.not_me', user, data: { canceled } });
    },
  };
};
