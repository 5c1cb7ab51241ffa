// Who resets a password has shown that the mailbox is theirs. Whoever opened the account before, with somebody else's address, has
// not: what they left behind to come back by goes away.

/** What is needed of better-auth's own context. */
interface Accounts {
  adapter: { deleteMany(data: { model: string; where: { field: string; value: string }[] }): Promise<number> };
  internalAdapter: { updateUser(userId: string, data: { emailVerified: true }): Promise<unknown> };
}

/** For an account whose address nobody had proven: its passkeys are removed, and the address counts as proven from now on. */
export const forgetUnprovenFactors = async (
  { adapter, internalAdapter }: Accounts,
  user: { id: string; emailVerified: boolean },
): Promise<void> => {
  if (user.emailVerified) return;
  await adapter.deleteMany({ model: 'passkey', where: [{ field: 'userId', value: user.id }] });
  await internalAdapter.updateUser(user.id, { emailVerified: true });
};
