// A link that is mailed: it ends the others of its kind, unless another one was mailed a moment ago.
import { endLinks, LINK_SECONDS, type LinkKind, makeLink, takeLink } from './account-links.ts';
import type { MailedUser } from './account-mail.ts';
import type { Accounts } from './accounts.ts';

/** @param send false: not mailed, so the link ends */
export const mailLink = async (
  accounts: Accounts,
  kind: LinkKind,
  { id: userId }: MailedUser,
  data: Record<string, string>,
  send: (token: string) => Promise<boolean>,
): Promise<void> => {
  const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000);
  const token = await makeLink(accounts, kind, { userId, expiresAt, data });
  if (await send(token)) await endLinks(accounts, kind, userId, { keep: token });
  else await takeLink(accounts, kind, token);
};
