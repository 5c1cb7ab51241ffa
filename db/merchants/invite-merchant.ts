// Invites a merchant: it is active with the agreed fee from the start, and its first owner gets an invitation by e-mail.
import { UserError } from '#domain/errors.ts';
import type { Units } from '#domain/money.ts';
import { Merchant } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { inviteMember } from './invitations.ts';
import { permit } from './money-permission.ts';
import { merchantFields, parseFields } from './store-settings.ts';
import { createMerchantAndStore } from './stores.ts';

export interface MerchantInvitation {
  /** Of the business, and of its first store. */
  name: string;
  email: string;
  feeBps: number;
  /** Ledger units. */
  minFeeUnits: Units;
  actor: Actor;
  reason: string;
  /** The server's public URL: the e-mail's link begins with it. */
  publicUrl: string;
}

/**
 * Creates merchant and store, then invites the owner. If the invitation fails, the merchant has no owner yet and its page offers to
 * invite one. Throws UserError `invalid_merchant` ("member: reason"), `merchant_exists`, `reason_needed`.
 */
export const inviteMerchant = async (
  em: Em,
  { actor, publicUrl, feeBps, minFeeUnits, ...given }: MerchantInvitation,
): Promise<{ merchantId: string; storeId: string }> => {
  const reason = given.reason.trim();
  if (reason === '') throw new UserError('reason_needed', 'reason: must not be empty');
  const { name, email } = parseFields(merchantFields, { name: given.name, email: given.email }, 'merchant');
  if ((await em.fork().count(Merchant, { email })) > 0)
    throw new UserError('merchant_exists', 'email: a merchant with this e-mail address exists already');
  const made = await createMerchantAndStore(em, { name, email, feeBps, minFeeUnits });
  await em.fork().transactional(async (fork) => {
    await writeAudit(fork, {
      actor,
      reason,
      action: 'merchant.invite',
      subjectKind: 'merchant',
      subjectId: made.merchantId,
      merchantId: made.merchantId,
      storeId: made.storeId,
      data: { name, email, feeBps },
    });
  });
  // Nobody owns it and no money goes anywhere yet.
  const permission = permit('first');
  await inviteMember(em, { merchantId: made.merchantId, email, role: 'owner', permission, actor, reason, publicUrl });
  return made;
};
