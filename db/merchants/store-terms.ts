// What operators change on a store: its fees and its status. Each change has a reason, and an audit entry in its transaction.
import { UserError } from '#domain/errors.ts';
import { formatUnits, type Units } from '#domain/money.ts';
import type { FeeText } from '../entities/operator-proposal.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { lockStore } from './lock-merchant.ts';
import { parseFields, storeSettings } from './store-settings.ts';

export interface StoreTerms {
  storeId: string;
  feeBps: number;
  /** Ledger units. */
  minFeeUnits: Units;
  actor: Actor;
  reason: string;
}

/** Sets the fee of future orders. Existing orders keep theirs: it is part of their deposit address. Throws UserError. */
export const setStoreFees = (entityManager: Em, terms: StoreTerms): Promise<void> =>
  entityManager.fork().transactional((em) => setStoreFeesIn(em, terms));

/** Throws UserError for a fee that no store may have. */
export const checkFees = (fee: Pick<StoreTerms, 'feeBps' | 'minFeeUnits'>): void => {
  parseFields(storeSettings, fee, 'store');
};

type Fee = Pick<StoreTerms, 'feeBps' | 'minFeeUnits'>;

/** Whether a store has this fee. */
export const isFee = ({ feeBps, minFeeUnits }: Fee, fee: FeeText): boolean =>
  feeBps === fee.feeBps && formatUnits(minFeeUnits) === fee.minFee;

/** `0.6%, at least 0.1000`. */
export const feeText = ({ feeBps, minFeeUnits }: Fee): string =>
  `${feeBps / 100}%, at least ${formatUnits(minFeeUnits)}`;

/** The same in the transaction of `em`. */
export const setStoreFeesIn = async (em: Em, terms: StoreTerms): Promise<void> => {
  const { storeId, actor, feeBps, minFeeUnits } = terms;
  checkFees({ feeBps, minFeeUnits });
  const reason = neededReason(terms.reason);
  const store = await lockStore(em, storeId);
  const from = { feeBps: store.feeBps, minFee: formatUnits(store.minFeeUnits) };
  em.assign(store, { feeBps, minFeeUnits, updatedAt: new Date() });
  await em.flush();
  await writeAudit(em, {
    actor,
    reason,
    action: 'store.set_fee',
    subjectKind: 'store',
    subjectId: storeId,
    storeId,
    merchantId: store.merchant.id,
    data: { from, to: { feeBps, minFee: formatUnits(minFeeUnits) } },
  });
};

/** Suspends or reactivates one store; its merchant's status stays. Throws UserError `store_not_found`, `not_active`. */
export const setStoreStatus = (
  entityManager: Em,
  change: { storeId: string; status: 'active' | 'suspended'; actor: Actor; reason: string },
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const { storeId, status, actor } = change;
    const reason = neededReason(change.reason);
    const store = await lockStore(em, storeId);
    const from = store.status;
    if (from === status) return;
    if (from === 'applied') throw new UserError('not_active', 'This store waits for its merchant to be activated.');
    em.assign(store, { status, updatedAt: new Date() });
    await em.flush();
    await writeAudit(em, {
      actor,
      reason,
      subjectKind: 'store',
      subjectId: storeId,
      storeId,
      merchantId: store.merchant.id,
      action: status === 'active' ? 'store.reactivate' : 'store.suspend',
      data: { from, to: status },
    });
  });

/** The reason, trimmed. Throws UserError `reason_needed`, `reason_too_long`. */
export const neededReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '') throw new UserError('reason_needed', 'reason: must not be empty');
  if (reason.length > 1_000) throw new UserError('reason_too_long', 'reason: must have at most 1,000 characters');
  return reason;
};
