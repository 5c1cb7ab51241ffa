// Creates merchants and stores, for the operator's commands, the console and the seeds.
import { randomBytes } from 'node:crypto';
import { UserError } from '#domain/errors.ts';
import { DEFAULT_FEE_BPS, DEFAULT_MIN_FEE_UNITS } from '#domain/fees.ts';
import { makeId } from '#domain/ids.ts';
import type { PayableAddress } from '#domain/payable-address.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import { requireProvenMembers } from '../accounts/proven-account.ts';
import { Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { definedOnly, merchantFields, parseFields, type StoreSettings, storeSettings } from './store-settings.ts';

export interface NewStore extends Omit<StoreSettings, 'receiver'> {
  name: string;
  /** Checked on the networks that the store accepts. */
  receiver?: PayableAddress | null;
  /** The merchant's address; an existing merchant with it gets one more store. */
  email: string;
  merchantName?: string;
}

/**
 * Creates an active store, and an active merchant unless one has this e-mail address. A store without `receiver` can be set up but
 * cannot create intents. Throws UserError: a merchant that waits for activation gets no store, and none whose members have an
 * unproven e-mail address.
 */
export const createMerchantAndStore = (
  entityManager: Em,
  { email, merchantName, ...settings }: NewStore,
): Promise<{ merchantId: string; storeId: string }> =>
  entityManager.fork().transactional(async (em) => {
    const person = parseFields(merchantFields, { name: merchantName ?? settings.name, email }, 'merchant');
    const values = parseFields(storeSettings.required({ name: true }), settings, 'store');
    // Upsert first: two commands for one new address at once make one merchant.
    const merchant = await em.upsert(
      Merchant,
      {
        ...{ id: makeId('mer', randomBytes(16)), ...person },
        ...{ status: 'active' as const, activatedAt: new Date(), createdAt: new Date() },
      },
      { onConflictFields: ['email'], onConflictAction: 'merge', onConflictMergeFields: ['email'] },
    );
    if (merchant.status === 'suspended') throw new UserError('merchant_suspended', 'This merchant is suspended.');
    if (merchant.status === 'applied') {
      throw new UserError(
        'merchant_applied',
        'This merchant waits for activation: decide about its application first.',
      );
    }
    await requireProvenMembers(em, merchant.id);
    const store = newStore(em, merchant, {
      ...definedOnly(values),
      name: values.name,
      status: values.status ?? 'active',
    });
    await em.flush();
    return { merchantId: merchant.id, storeId: store.id };
  });

/** A new store with default settings, in the transaction of `em`. */
export const newStore = (
  em: Em,
  merchant: Merchant,
  settings: Partial<Store> & { name: string; status: AccountStatus },
) => {
  const now = new Date();
  return em.create(Store, {
    id: makeId('sto', randomBytes(16)),
    merchant,
    feeBps: DEFAULT_FEE_BPS,
    minFeeUnits: DEFAULT_MIN_FEE_UNITS,
    toleranceBps: 50,
    checkoutTtlSeconds: 1800,
    extensionSeconds: 1800,
    replayWindowSeconds: 600,
    signsResponses: false,
    locale: 'en',
    timeZone: 'UTC',
    createdAt: now,
    updatedAt: now,
    ...settings,
  });
};
