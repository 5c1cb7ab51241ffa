// "This was not me", from an e-mail about what an account did: ends what it began. It brings nothing back and never leaves an account with
// fewer than two factors that had two, so a reader of the mailbox gains nothing by it (decisions 0060 and 0098).

import { revokeApiKey } from '#db/merchants/api-keys.ts';
import { cancelChangesSince } from '#db/merchants/decide-change.ts';
import { revokeInvitation } from '#db/merchants/invitations.ts';
import { cancelProposalsOf } from '#db/merchants/proposals.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { type AccountLink, deadLink, findLink, takeLink } from '#web/auth/account-links.ts';
import { accountActor, createAccountRecords } from '#web/auth/account-records.ts';
import type { Auth } from '#web/auth/create-auth.ts';
import { type DroppedFactors, dropFactorsSince } from '#web/auth/drop-factors.ts';
import { endEverything } from '#web/auth/end-everything.ts';

export interface NotMeView {
  /** The e-mail address of the account. */
  email: string;
  /** It deletes what was added to the ways of logging in. */
  factors: boolean;
  /** The name of an API key that it revokes. */
  keyName: string | null;
  /** The e-mail address of a person whose invitation it revokes. */
  person: string | null;
}

export interface NotMe {
  /** Null for a link that was used, has expired or never was. */
  view(token: string): Promise<NotMeView | null>;
  /** Throws UserError `dead_link`. */
  stop(token: string): Promise<DroppedFactors>;
}

export const createNotMe = (orm: Orm, auth: Auth): NotMe => {
  const find = async (token: string) => {
    const context = await auth.$context;
    const link = await findLink(context, 'not-me', token);
    const user = link && (await context.internalAdapter.findUserById(link.userId));
    return user ? { context, link, user } : null;
  };

  /** What only this e-mail is about. */
  const endSubject = async ({ userId, data }: AccountLink): Promise<void> => {
    const { apiKey, invitation, merchantId } = data;
    const actor = accountActor(userId);
    if (apiKey) await unlessGone(revokeApiKey(orm.em, apiKey, undefined, actor));
    if (invitation && merchantId) {
      await unlessGone(revokeInvitation(orm.em, { merchantId, id: invitation, actor }));
    }
  };

  return {
    async view(token) {
      const found = await find(token);
      if (!found) return null;
      const { since, keyName = null, person = null } = found.link.data;
      return { email: found.user.email, factors: since !== undefined, keyName, person };
    },
    async stop(token) {
      const found = await find(token);
      if (!found) throw deadLink();
      const { context, link, user } = found;
      const { id, email } = user;
      const { since } = link.data;
      // The link ends last: after a crash it works again, and each step is safe to run twice.
      await endEverything(context, id);
      const factors = since ? await dropFactorsSince(context, orm, { userId: id, since: new Date(since) }) : 'none';
      const actor = { kind: 'account' as const, id, email };
      const changes = await cancelChangesSince(orm.em, { userId: id, since: new Date(0), actor });
      const canceled = changes + (await cancelProposalsOf(orm.em, id, actor));
      await endSubject(link);
      if (!(await takeLink(context, 'not-me', token))) return factors;
      await createAccountRecords(orm).write({ action: 'account.not_me', user, data: { canceled, factors } });
      return factors;
    },
  };
};

/** It ended meanwhile, or with its store or merchant. */
const unlessGone = async (ending: Promise<unknown>): Promise<void> => {
  try {
    await ending;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
};
