// Links that are mailed to the owner of an account. A link's secret is stored as a hash. Of each kind an
// account has one at a time, but for those that undo a change of the e-mail address, say that its owner did not make one, or let a browser in.
import { createHash, randomBytes } from 'node:crypto';
import { linkValueStart } from '#db/accounts/undo-addresses.ts';
import { UserError } from '#domain/errors.ts';
import type { Accounts } from './accounts.ts';

const LINK_KINDS = [
  'sign-up',
  'prove-address',
  'use-recovery-code',
  'recover',
  'stop-recovery',
  'change-email',
  'undo-email',
  // Made by db/accounts/mailed-links.ts.
  'not-me',
  'let-in',
] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** How long links are valid that a person asked for. */
export const LINK_SECONDS = 3600;

export const deadLink = (): UserError => new UserError('dead_link', 'This link was already used or has expired');

export interface AccountLink {
  userId: string;
  /** What the link is about, kept with it. */
  data: Record<string, string>;
  expiresAt: Date;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const identifierOf = (kind: LinkKind, token: string): string => `${kind}:${sha256(token)}`;

/** Not the bare account id: `endEverything` deletes the rows that have it. */
const valueStart = linkValueStart;

const readLink = (row: { value: string; expiresAt: Date } | null): AccountLink | null => {
  const [, userId, json] = /^link (\S+) (.*)$/s.exec(row?.value ?? '') ?? [];
  if (!row || !userId || !json || row.expiresAt < new Date()) return null;
  return { userId, data: JSON.parse(json) as Record<string, string>, expiresAt: row.expiresAt };
};

/** @returns the secret of the link */
export const makeLink = async (
  { internalAdapter }: Accounts,
  kind: LinkKind,
  { userId, expiresAt, data }: AccountLink,
): Promise<string> => {
  const token = randomBytes(32).toString('base64url');
  const value = valueStart(userId) + JSON.stringify(data);
  await internalAdapter.createVerificationValue({ identifier: identifierOf(kind, token), value, expiresAt });
  return token;
};

const linksOf = (kind: LinkKind, userId: string) => [
  { field: 'identifier', operator: 'starts_with' as const, value: `${kind}:` },
  { field: 'value', operator: 'starts_with' as const, value: valueStart(userId) },
];

/** Ends the account's links of this kind, or all of them but `keep`. */
export const endLinks = async (
  { adapter }: Pick<Accounts, 'adapter'>,
  kind: LinkKind,
  userId: string,
  { keep }: { keep?: string } = {},
): Promise<void> => {
  const others = keep ? [{ field: 'identifier', operator: 'ne' as const, value: identifierOf(kind, keep) }] : [];
  await adapter.deleteMany({ model: 'verification', where: [...linksOf(kind, userId), ...others] });
};

/** Ends the account's links of every kind. */
export const endAllLinks = async ({ adapter }: Accounts, userId: string): Promise<void> => {
  const value = valueStart(userId);
  await adapter.deleteMany({ model: 'verification', where: [{ field: 'value', operator: 'starts_with', value }] });
};

/** The account's links of this kind that are alive. */
export const listLinks = async ({ adapter }: Accounts, kind: LinkKind, userId: string): Promise<AccountLink[]> => {
  const where = linksOf(kind, userId);
  const rows = await adapter.findMany<{ value: string; expiresAt: Date }>({ model: 'verification', where });
  return rows.map(readLink).filter((link) => link !== null);
};

/** After a change of the e-mail address was undone: ends the account's links, but those that undo earlier changes. */
export const endLinksAfterUndo = async (accounts: Accounts, { userId, expiresAt }: AccountLink): Promise<void> => {
  const later = { field: 'expiresAt', operator: 'gte' as const, value: expiresAt };
  await accounts.adapter.deleteMany({ model: 'verification', where: [...linksOf('undo-email', userId), later] });
  for (const kind of LINK_KINDS) if (kind !== 'undo-email') await endLinks(accounts, kind, userId);
};

/** Null for a link that was used, has expired or never was. */
export const findLink = async (
  { internalAdapter }: Accounts,
  kind: LinkKind,
  token: string,
): Promise<AccountLink | null> => readLink(await internalAdapter.findVerificationValue(identifierOf(kind, token)));

/** The same, and ends the link: of two requests at once, one gets it. */
export const takeLink = async (
  { internalAdapter }: Accounts,
  kind: LinkKind,
  token: string,
): Promise<AccountLink | null> => readLink(await internalAdapter.consumeVerificationValue(identifierOf(kind, token)));

const RESET_PREFIX = 'reset-password:';

/** How better-auth stores the identifiers of reset links: hashed, with their prefix, so that an account's can be found. */
export const storedResetIdentifier = async (identifier: string): Promise<string> =>
  RESET_PREFIX + sha256(identifier.slice(RESET_PREFIX.length));

/** Whose reset link it is; null for a link that was used, has expired or never was. */
export const findResetLink = async (
  { internalAdapter }: Accounts,
  token: string,
): Promise<{ userId: string } | null> => {
  const found = await internalAdapter.findVerificationValue(RESET_PREFIX + token);
  return found && found.expiresAt > new Date() ? { userId: found.value } : null;
};

/** Ends the reset links of an account, or all of them but `keep`. */
export const endResetLinks = async (
  { adapter }: Accounts,
  userId: string,
  { keep }: { keep?: string } = {},
): Promise<void> => {
  await adapter.deleteMany({
    model: 'verification',
    where: [
      { field: 'identifier', operator: 'starts_with', value: RESET_PREFIX },
      { field: 'value', value: userId },
      ...(keep ? [{ field: 'identifier', operator: 'ne' as const, value: RESET_PREFIX + sha256(keep) }] : []),
    ],
  });
};

/** Ends one reset link. */
export const endResetLink = async ({ internalAdapter }: Accounts, token: string): Promise<void> => {
  await internalAdapter.deleteVerificationByIdentifier(RESET_PREFIX + token);
};
