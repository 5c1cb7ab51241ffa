// What an operator changes about merchants and stores. Each change takes a reason; the query that makes it writes the audit entry.
import type { Actor } from '#db/merchants/audit.ts';
import { cancelChange } from '#db/merchants/decide-change.ts';
import { inviteMerchant } from '#db/merchants/invite-merchant.ts';
import { activateMerchant, reactivateMerchant, suspendMerchant } from '#db/merchants/merchants.ts';
import { requestMember } from '#db/merchants/pending-changes.ts';
import { proposeFees } from '#db/merchants/proposals.ts';
import { neededReason, setStoreStatus } from '#db/merchants/store-terms.ts';
import type { Orm } from '#db/orm.ts';
import { UserError } from '#domain/errors.ts';
import { UNIT_DECIMALS, type Units, unitsOf } from '#domain/money.ts';
import { readTypedDecimal, typedProblem } from '#domain/typed-amount.ts';
import { problemOf } from '#web/access/form-error.ts';
import type { FormProblem } from '#web/access/form-error-types.ts';

/** Who makes a change, and why. */
export interface ChangedBy {
  actor: Actor;
  reason: string;
}

/** As typed into the form: percent, and coins. */
export interface TypedFee {
  percent: string;
  minFee: string;
}

/** Each change resolves to null when it was made. */
export interface MerchantActions {
  activate(merchantId: string, fee: TypedFee, by: ChangedBy): Promise<FormProblem | null>;
  suspend(merchantId: string, by: ChangedBy): Promise<FormProblem | null>;
  reactivate(merchantId: string, by: ChangedBy): Promise<FormProblem | null>;
  /** Another operator confirms it. */
  proposeFees(storeId: string, fee: TypedFee, by: ChangedBy): Promise<FormProblem | null>;
  setStoreStatus(storeId: string, status: 'active' | 'suspended', by: ChangedBy): Promise<FormProblem | null>;
  /** Creates an active merchant with this fee, and invites its owner by e-mail. */
  invite(merchant: { name: string; email: string }, fee: TypedFee, by: ChangedBy): Promise<FormProblem | null>;
  /** Invites one more owner. Of a merchant that has owners or earns, this waits, and every owner can cancel it. */
  inviteOwner(merchantId: string, email: string, by: ChangedBy): Promise<FormProblem | null>;
  /** Cancels a change that this operator asked for. */
  cancelChange(merchantId: string, id: string, actor: Actor): Promise<FormProblem | null>;
}

export const createMerchantActions = ({ em }: Orm, publicUrl: string, waitMs: number): MerchantActions => ({
  activate: (merchantId, fee, by) =>
    withFee(fee, (terms) => activateMerchant(em, { merchantId, ...by, publicUrl, ...terms })),
  suspend: (merchantId, by) => problemOf(() => suspendMerchant(em, { merchantId, ...by, publicUrl })),
  reactivate: (merchantId, by) => problemOf(() => reactivateMerchant(em, { merchantId, ...by, publicUrl })),
  proposeFees: (storeId, fee, by) => withFee(fee, (terms) => proposeFees(em, { storeId, ...terms, ...by })),
  setStoreStatus: (storeId, status, by) => problemOf(() => setStoreStatus(em, { storeId, status, ...by })),
  invite: (merchant, fee, by) =>
    withFee(fee, (terms) => inviteMerchant(em, { ...merchant, ...terms, ...by, publicUrl })),
  inviteOwner: (merchantId, email, { actor, reason }) =>
    problemOf(async () => {
      const invitation = { merchantId, email, role: 'owner' as const, actor, reason: neededReason(reason) };
      await requestMember(em, { ...invitation, publicUrl, waitMs });
    }),
  cancelChange: (merchantId, id, actor) => problemOf(() => cancelChange(em, { id, merchantId, actor })),
});

interface FeeTerms {
  feeBps: number;
  minFeeUnits: Units;
}

/** The form's names of the stored fields. */
const FORM_FIELDS: Readonly<Record<string, string>> = { feeBps: 'percent', minFeeUnits: 'minFee' };

const withFee = async (fee: TypedFee, work: (terms: FeeTerms) => Promise<unknown>): Promise<FormProblem | null> => {
  const problem = await problemOf(async () => work(parseFee(fee)));
  return problem && { ...problem, field: FORM_FIELDS[problem.field ?? ''] ?? problem.field };
};

/** `0.6` percent is 60 basis points. Throws UserError `bad_fee`, `bad_min_fee`. */
const parseFee = ({ percent, minFee }: TypedFee): FeeTerms => {
  const fee = readTypedDecimal(percent, 2);
  if (!('value' in fee) || fee.value > 10_000n)
    throw new UserError('bad_fee', 'percent: must be a percentage from 0 to 100 with at most two decimals, like 0.6');
  const read = readTypedDecimal(minFee, UNIT_DECIMALS);
  const none = 'must be an amount in coins, at most 1000000, like 0.10';
  if ('problem' in read) throw new UserError('bad_min_fee', `minFee: ${typedProblem(read, none)}`);
  if (read.value > 10n ** 24n) throw new UserError('bad_min_fee', `minFee: ${none}`);
  return { feeBps: Number(fee.value), minFeeUnits: unitsOf(read.value) };
};
