// Changes of a merchant's status: applied, active, suspended, active again. Each writes an audit entry and e-mails the owners in its
// transaction. Stores keep their own status: a store that was suspended by itself stays suspended when its merchant is reactivated.
// The API denies requests while either is suspended (db/api/authenticate.ts).

import { randomBytes } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { z } from 'zod';
import type { AuditAction } from '#domain/audit-actions.ts';
import type { EmailData } from '#domain/email-data.ts';
import { UserError } from '#domain/errors.ts';
import { makeId } from '#domain/ids.ts';
import type { Units } from '#domain/money.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import { testReceiver } from '#domain/test-receiver.ts';
import { isShownText } from '#domain/text.ts';
import { webAddressProblem } from '#domain/web-address.ts';
import { type ProvenAccount, requireProvenMembers } from '../accounts/proven-account.ts';
import { queueEmail } from '../delivery/queue-emails.ts';
import { Member } from '../entities/merchant-people.entity.ts';
import { Merchant, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { lockMerchant } from './lock-merchant.ts';
import { definedOnly, merchantFields, parseFields, storeSettings } from './store-settings.ts';
import { newStore } from './stores.ts';

const applicationFields = merchantFields.extend({
  website: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(255, 'must have at most 255 characters')
    // People write `shop.example`.
    .transform((text) => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`))
    .superRefine((text, context) => {
      const problem = webAddressProblem(text);
      if (problem) context.addIssue({ code: 'custom', message: problem });
    }),
  about: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(2_000, 'must have at most 2,000 characters')
    .refine(isShownText, 'must be plain text'),
});

export interface NewApplication {
  /** Of the business, and of its first store. */
  name: string;
  /** An http or https URL; https when the scheme is missing. */
  website: string;
  /** What the business sells, as the applicant wrote it. */
  about: string;
}

export interface MerchantAndStore {
  merchantId: string;
  storeId: string;
}

/**
 * Creates a merchant that waits for an operator, its first store, its owner, and a test store that is open at once. Throws UserError `invalid_merchant`
 * ("member: reason"), or `merchant_exists` when a merchant has this address.
 * @param account applies, and becomes the first owner
 */
export const applyAsMerchant = async (
  em: Em,
  { userId, email }: ProvenAccount,
  application: NewApplication,
): Promise<MerchantAndStore & { testStoreId: string }> => {
  const values = parseFields(applicationFields, { ...application, email }, 'merchant');
  const actor: Actor = { kind: 'member', id: userId, email: values.email };
  try {
    return await em.fork().transactional(async (fork) => {
      const createdAt = new Date();
      const id = makeId('mer', randomBytes(16));
      const merchant = fork.create(Merchant, { id, ...values, status: 'applied', createdAt });
      const store = newStore(fork, merchant, { name: values.name, status: 'applied' });
      // Lists are in the order of creation: the merchant's own store leads.
      const testStore = newTestStore(fork, merchant, {
        name: 'Test store',
        createdAt: new Date(store.createdAt.getTime() + 1),
      });
      fork.create(Member, { merchant, userId, email: values.email, role: 'owner', createdAt });
      await fork.flush();
      const { name, website } = values;
      await auditMerchant(
        fork,
        'merchant.apply',
        { merchantId: id, actor },
        { name, website, storeId: store.id, testStoreId: testStore.id },
      );
      return { merchantId: id, storeId: store.id, testStoreId: testStore.id };
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new UserError('merchant_exists', 'A merchant with this e-mail address exists already');
  }
};

export interface MerchantChange {
  merchantId: string;
  actor: Actor;
  /** For the audit log. The merchant reads the reason of a suspension too. */
  reason: string;
  /** Where browsers reach the server: e-mails link to it. */
  publicUrl: string;
}

export interface Activation extends MerchantChange {
  /** For every store of the merchant; unchanged when absent. */
  feeBps?: number;
  /** Ledger units. */
  minFeeUnits?: Units;
}

/**
 * Activates a merchant and its stores that wait, with the agreed fee. Throws UserError `no_merchant`, `not_applied`,
 * `reason_needed`, `invalid_store`, `unproven`.
 */
export const activateMerchant = (em: Em, { feeBps, minFeeUnits, ...change }: Activation): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const merchant = await lockInStatus(fork, change, 'applied', 'not_applied');
    await requireProvenMembers(fork, merchant.id);
    const terms = parseFields(storeSettings, definedOnly({ feeBps, minFeeUnits }), 'store');
    merchant.status = 'active';
    merchant.activatedAt = new Date();
    for (const store of await fork.find(Store, { merchant, status: { $in: ['applied', 'active'] } })) {
      fork.assign(store, { ...definedOnly(terms), status: 'active', updatedAt: new Date() });
    }
    await fork.flush();
    const data = { from: 'applied', to: 'active', ...(feeBps === undefined ? {} : { feeBps }) };
    await auditMerchant(fork, 'merchant.activate', change, {
      ...data,
      ...(minFeeUnits === undefined ? {} : { minFeeUnits: minFeeUnits.toString() }),
    });
    await mailOwners(fork, 'store_activated', change, { link: `${change.publicUrl}/dashboard` });
  });

/**
 * Suspends a merchant. The API responds with 30001 within a second, the dashboard becomes read-only, open intents still complete.
 * Throws UserError `no_merchant`, `not_active`, `reason_needed`.
 */
export const suspendMerchant = (em: Em, change: MerchantChange): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const merchant = await lockInStatus(fork, change, 'active', 'not_active');
    merchant.status = 'suspended';
    merchant.suspendedReason = change.reason.trim();
    await fork.flush();
    await auditMerchant(fork, 'merchant.suspend', change, { from: 'active', to: 'suspended' });
    const reason = change.reason.trim();
    await mailOwners(fork, 'store_suspended', change, { reason, link: `${change.publicUrl}/dashboard` });
  });

/** Reactivates a suspended merchant. Throws UserError `no_merchant`, `not_suspended`, `reason_needed`, `unproven`. */
export const reactivateMerchant = (em: Em, change: MerchantChange): Promise<void> =>
  em.fork().transactional(async (fork) => {
    const merchant = await lockInStatus(fork, change, 'suspended', 'not_suspended');
    await requireProvenMembers(fork, merchant.id);
    merchant.status = 'active';
    merchant.suspendedReason = null;
    await fork.flush();
    await auditMerchant(fork, 'merchant.reactivate', change, { from: 'suspended', to: 'active' });
    await mailOwners(fork, 'store_activated', change, { link: `${change.publicUrl}/dashboard` });
  });

const NOT: Record<AccountStatus, string> = {
  applied: 'This merchant is not waiting for activation',
  active: 'This merchant is not active',
  suspended: 'This merchant is not suspended',
};

const lockInStatus = async (
  em: Em,
  { merchantId, reason }: MerchantChange,
  status: AccountStatus,
  code: string,
): Promise<Merchant> => {
  if (reason.trim() === '') throw new UserError('reason_needed', 'reason: must not be empty');
  const merchant = await lockMerchant(em, merchantId);
  if (merchant.status !== status) throw new UserError(code, NOT[status]);
  return merchant;
};

/** One e-mail to each owner for each change: a merchant may be suspended more than once. */
const mailOwners = async <Kind extends 'store_activated' | 'store_suspended'>(
  em: Em,
  kind: Kind,
  { merchantId }: MerchantChange,
  data: EmailData[Kind],
): Promise<void> => {
  const store = await em.findOne(Store, { merchant: merchantId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const owners = await em.find(Member, { merchant: merchantId, role: 'owner' });
  const subjectId = `${merchantId}:${Date.now()}`;
  for (const { email } of owners) {
    await queueEmail(em, { kind, subjectId, recipient: email, ...(store ? { storeId: store.id } : {}), data });
  }
};

const auditMerchant = (
  em: Em,
  action: AuditAction<'merchant'>,
  { merchantId, actor, reason }: { merchantId: string; actor: Actor; reason?: string },
  data: Record<string, unknown>,
): Promise<void> =>
  writeAudit(em, {
    actor,
    action,
    merchantId,
    data,
    reason: reason?.trim() ?? null,
    subjectKind: 'merchant',
    subjectId: merchantId,
  });

/**
 * Adds a store to an active merchant, with the fee of its oldest store. Throws UserError `no_merchant`, `not_active`,
 * `invalid_store`.
 */
export const addMerchantStore = (
  em: Em,
  { merchantId, actor, ...settings }: { merchantId: string; actor: Actor; name: string; isTest: boolean },
): Promise<{ storeId: string }> =>
  em.fork().transactional(async (fork) => {
    const { name = '', isTest = false } = parseFields(storeSettings, settings, 'store');
    const merchant = await lockMerchant(fork, merchantId);
    if (merchant.status !== 'active') throw new UserError('not_active', NOT.active);
    const stores = await fork.find(Store, { merchant }, { orderBy: { createdAt: 'asc', id: 'asc' } });
    if (stores.length >= MAX_STORES) throw new UserError('too_many_stores', `At most ${MAX_STORES} stores a merchant`);
    const first = stores.find((store) => !store.isTest) ?? stores[0];
    const terms = first ? { feeBps: first.feeBps, minFeeUnits: first.minFeeUnits } : {};
    const make = isTest ? newTestStore : newStore;
    const store = make(fork, merchant, { name, status: 'active', ...terms });
    await fork.flush();
    await writeAudit(fork, {
      actor,
      merchantId,
      action: 'store.create',
      subjectKind: 'store',
      subjectId: store.id,
      storeId: store.id,
      data: { name, isTest },
    });
    return { storeId: store.id };
  });

/** A test store takes orders at once: its receiver needs nobody's key. */
const newTestStore = (em: Em, merchant: Merchant, settings: { name: string } & Partial<Store>): Store => {
  const store = newStore(em, merchant, { ...settings, isTest: true, status: 'active' });
  store.receiver = testReceiver(store.id);
  return store;
};

const MAX_STORES = 50;
