// Merchants as the operator sees them: the list, one merchant with its stores, people and invitations, and the terms of a store.
import { LockMode } from '@mikro-orm/core';
import { UserError } from '#domain/errors.ts';
import { formatUnits, type Units, unitsOf } from '#domain/money.ts';
import type { MemberRole } from '../entities/merchant-people.entity.ts';
import { type AccountStatus, Store } from '../entities/store.entity.ts';
import type { Em } from '../orm.ts';
import { type Actor, writeAudit } from './audit.ts';
import { parseFields, storeSettings } from './store-settings.ts';

export interface MerchantListFilter {
  status?: AccountStatus;
  /** Part of a name or an e-mail address. */
  search?: string;
  /** The last row of the page before. */
  after?: { createdAt: string; id: string };
  limit: number;
}

export interface MerchantRow {
  id: string;
  name: string;
  email: string;
  status: AccountStatus;
  website: string | null;
  stores: number;
  /** How many of them are test stores. */
  testStores: number;
  /** ISO-8601, to the microsecond: also the cursor. */
  createdAt: string;
  activatedAt: string | null;
}

const ISO = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Newest first. */
export const listMerchants = (em: Em, { status, search, after, limit }: MerchantListFilter): Promise<MerchantRow[]> => {
  const like = search ? `%${search.replace(/[\\%_]/g, '\\$&')}%` : null;
  return em.fork().execute<MerchantRow[]>(
    `select m.id, m.name, m.email, m.status, m.website, ${ISO('m.created_at')} as "createdAt",
       ${ISO('m.activated_at')} as "activatedAt", (select count(*)::int from store s where s.merchant_id = m.id) as stores,
       (select count(*)::int from store s where s.merchant_id = m.id and s.is_test) as "testStores"
     from merchant m
     where (?::text is null or m.status = ?) and (?::text is null or m.name ilike ? or m.email ilike ? or m.id = ?)
       and (?::text is null or (m.created_at, m.id) < (?::timestamptz, ?))
     order by m.created_at desc, m.id desc limit ?`,
    [
      ...[status ?? null, status ?? null, like, like, like, search ?? null],
      ...[after?.id ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
    ],
  );
};

export const countMerchants = async (em: Em): Promise<Record<AccountStatus, number>> => {
  const rows = await em
    .fork()
    .execute<{ status: AccountStatus; count: number }[]>(
      'select status, count(*)::int as count from merchant group by status',
    );
  const counts: Record<AccountStatus, number> = { applied: 0, active: 0, suspended: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
};

export interface MerchantStoreRow {
  id: string;
  name: string;
  status: AccountStatus;
  isTest: boolean;
  receiver: string | null;
  receiverProved: boolean;
  feeBps: number;
  /** Decimal text. */
  minFee: string;
  webhookUrl: string | null;
  webhookDisabled: boolean;
  openKeys: number;
  openReviews: number;
  orders: number;
}

export interface MerchantDetail extends MerchantRow {
  about: string | null;
  suspendedReason: string | null;
  storeRows: MerchantStoreRow[];
  members: { userId: string; email: string; role: MemberRole; since: string }[];
  invitations: { id: string; email: string; role: MemberRole; invitedBy: string; expiresAt: string }[];
}

/** Null when there is no such merchant. */
export const readMerchant = async (entityManager: Em, merchantId: string): Promise<MerchantDetail | null> => {
  const em = entityManager.fork();
  const [merchant] = await em.execute<(MerchantRow & { about: string | null; suspendedReason: string | null })[]>(
    `select m.id, m.name, m.email, m.status, m.website, m.about, m.suspended_reason as "suspendedReason",
       ${ISO('m.created_at')} as "createdAt", ${ISO('m.activated_at')} as "activatedAt", 0 as stores, 0 as "testStores"
     from merchant m where m.id = ?`,
    [merchantId],
  );
  if (!merchant) return null;
  const stores = await em.execute<(Omit<MerchantStoreRow, 'minFee'> & { minFeeUnits: string })[]>(
    `select s.id, s.name, s.status, s.is_test as "isTest", s.receiver, s.receiver_proof is not null as "receiverProved",
       s.fee_bps as "feeBps", s.min_fee_units::text as "minFeeUnits", s.webhook_url as "webhookUrl",
       s.webhook_disabled_at is not null as "webhookDisabled",
       (select count(*)::int from api_key k where k.store_id = s.id and k.revoked_at is null) as "openKeys",
       (select count(*)::int from review_item r join checkout_intent i on i.id = r.intent_id
         where r.state = 'open' and i.store_id = s.id) as "openReviews",
       -- Bounded: a store with a million orders must not make this page slow.
       (select count(*)::int from (select 1 from checkout_intent i where i.store_id = s.id limit 10001) counted) as orders
     from store s where s.merchant_id = ? order by s.created_at, s.id`,
    [merchantId],
  );
  const members = await em.execute<MerchantDetail['members']>(
    `select user_id as "userId", email, role, ${ISO('created_at')} as since from member where merchant_id = ?
     order by array_position(array['owner', 'manager', 'viewer'], role), email`,
    [merchantId],
  );
  const invitations = await em.execute<MerchantDetail['invitations']>(
    `select id::text, email, role, invited_by as "invitedBy", ${ISO('expires_at')} as "expiresAt" from invitation
     where merchant_id = ? and accepted_at is null and revoked_at is null order by invitation.id`,
    [merchantId],
  );
  return {
    ...merchant,
    stores: stores.length,
    testStores: stores.filter(({ isTest }) => isTest).length,
    storeRows: stores.map(({ minFeeUnits, ...store }) => ({ ...store, minFee: formatUnits(unitsOf(minFeeUnits)) })),
    members,
    invitations,
  };
};

export interface StoreTerms {
  storeId: string;
  feeBps: number;
  /** Ledger units. */
  minFeeUnits: Units;
  actor: Actor;
  reason: string;
}

/** The fee of orders that are made from now on; those that exist keep theirs, it is part of their address. Throws UserError. */
export const setStoreFees = (entityManager: Em, terms: StoreTerms): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const { storeId, actor } = terms;
    const values = parseFields(storeSettings, { feeBps: terms.feeBps, minFeeUnits: terms.minFeeUnits }, 'store');
    const reason = neededReason(terms.reason);
    const store = await lockStore(em as Em, storeId);
    const from = { feeBps: store.feeBps, minFee: formatUnits(store.minFeeUnits) };
    em.assign(store, { ...values, updatedAt: new Date() } as never);
    await em.flush();
    await writeAudit(em as Em, {
      actor,
      reason,
      action: 'store.set_fee',
      subjectKind: 'store',
      subjectId: storeId,
      storeId,
      merchantId: store.merchant.id,
      data: { from, to: { feeBps: terms.feeBps, minFee: formatUnits(terms.minFeeUnits) } },
    });
  });

/** Stops one store, or lets it trade again; its merchant's own status stays. Throws UserError `store_not_found`, `not_active`. */
export const setStoreStatus = (
  entityManager: Em,
  change: { storeId: string; status: 'active' | 'suspended'; actor: Actor; reason: string },
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const { storeId, status, actor } = change;
    const reason = neededReason(change.reason);
    const store = await lockStore(em as Em, storeId);
    const from = store.status;
    if (from === status) return;
    if (from === 'applied') throw new UserError('not_active', 'This store waits for its merchant to be activated.');
    em.assign(store, { status, updatedAt: new Date() });
    await em.flush();
    await writeAudit(em as Em, {
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

const lockStore = async (em: Em, storeId: string): Promise<Store> => {
  const store = await em.findOne(Store, storeId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!store) throw new UserError('store_not_found', `There is no store ${storeId}.`);
  return store;
};

/** As it is kept. Throws UserError `reason_needed`, `reason_too_long`. */
export const neededReason = (text: string): string => {
  const reason = text.trim();
  if (reason === '') throw new UserError('reason_needed', 'reason: must not be empty');
  if (reason.length > 1_000) throw new UserError('reason_too_long', 'reason: must have at most 1,000 characters');
  return reason;
};
