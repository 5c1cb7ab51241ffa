// Somebody may create an account with another person's e-mail address. When the owner of the mailbox resets the password, the
// passkeys of the account are deleted: the person before must not get back in.

/** The part of better-auth's context that is used here. */
interface Accounts {
  adapter: { deleteMany(data: { model: string; where: { field: string; value: string }[] }): Promise<number> };
  internalAdapter: { updateUser(userId: string, data: { emailVerified: true }): Promise<unknown> };
}

/** Deletes the passkeys of an account with an unverified e-mail address, and marks the address as verified. */
export const forgetUnprovenFactors = async (
  { adapter, internalAdapter }: Accounts,
  user: { id: string; emailVerified: boolean },
): Promise<void> => {
  if (user.emailVerified) return;
  await adapter.deleteMany({ model: 'passkey', where: [{ field: 'userId', value: user.id }] });
  await internalAdapter.updateUser(user.id, { emailVerified: true });
};
