// Merchants as the console shows them: the list, and one merchant with its stores, people and invitations.

import { type ExpressionBuilder, sql } from 'kysely';
import { formatUnits } from '#domain/money.ts';
import type { AccountStatus } from '#domain/store-standing.ts';
import { Invitation } from '../entities/merchant-people.entity.ts';
import { Merchant } from '../entities/store.entity.ts';
import { containing, countRows, instantOf, isoText } from '../expressions.ts';
import { kyselyOf, type Tables } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { listMembers } from './members.ts';

export interface MerchantListFilter {
  status?: AccountStatus;
  /** Part of a name or an e-mail address, or an id. */
  search?: string;
  /** The last row of the page before. */
  after?: { createdAt: string; id: string };
  limit: number;
}

export type MerchantRow = Awaited<ReturnType<typeof listMerchants>>[number];

/** Newest first. Times are ISO-8601 to the microsecond: `createdAt` is also the cursor. */
export const listMerchants = (em: Em, { status, search, after, limit }: MerchantListFilter) => {
  let query = selectMerchants(em).orderBy('m.createdAt', 'desc').orderBy('m.id', 'desc').limit(limit);
  if (status) query = query.where('m.status', '=', status);
  if (search) {
    const pattern = containing(search);
    query = query.where(({ or, eb }) =>
      or([eb('m.name', 'ilike', pattern), eb('m.email', 'ilike', pattern), eb('m.id', '=', search)]),
    );
  }
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('m.createdAt', 'm.id'), '<', tuple(instantOf(after.createdAt), after.id)),
    );
  }
  return query.execute();
};

const selectMerchants = (em: Em) =>
  kyselyOf(em)
    .selectFrom('Merchant as m')
    .select(['m.id', 'm.name', 'm.email', 'm.status', 'm.website'])
    .select((eb) => [
      isoText(eb.ref('m.createdAt')).as('createdAt'),
      isoText(eb.ref('m.activatedAt')).as('activatedAt'),
      storesOf(eb).$asScalar().$notNull().as('stores'),
      storesOf(eb).where('s.isTest', '=', true).$asScalar().$notNull().as('testStores'),
    ]);

const storesOf = (eb: ExpressionBuilder<Tables & { m: Tables['Merchant'] }, 'm'>) =>
  eb.selectFrom('Store as s').select(countRows().as('count')).whereRef('s.merchant', '=', 'm.id');

export const countMerchants = async (em: Em): Promise<Record<AccountStatus, number>> => ({
  applied: 0,
  active: 0,
  suspended: 0,
  ...(await em.fork().countBy(Merchant, 'status')),
});

export type MerchantDetail = NonNullable<Awaited<ReturnType<typeof readMerchant>>>;
export type MerchantStoreRow = MerchantDetail['storeRows'][number];

/** Null when there is no such merchant. Times are ISO-8601, amounts decimal text. */
export const readMerchant = async (em: Em, merchantId: string) => {
  const merchant = await selectMerchants(em)
    .select(['m.about', 'm.suspendedReason'])
    .where('m.id', '=', merchantId)
    .executeTakeFirst();
  if (!merchant) return null;
  const [storeRows, members, invitations] = await Promise.all([
    listStoresOf(em, merchantId),
    listMembers(em, merchantId),
    em.fork().find(Invitation, { merchant: merchantId, acceptedAt: null, revokedAt: null }, { orderBy: { id: 'asc' } }),
  ]);
  return {
    ...merchant,
    storeRows,
    members: members.map(({ userId, email, role, createdAt }) => ({
      userId,
      email,
      role,
      since: createdAt.toISOString(),
    })),
    invitations: invitations.map(({ id, email, role, invitedBy, expiresAt }) => ({
      id: String(id),
      email,
      role,
      invitedBy,
      expiresAt: expiresAt.toISOString(),
    })),
  };
};

/** The most orders of a store that are counted: a store with a million orders must not make the page slow. */
const ORDERS_COUNTED = 10_001;

const listStoresOf = async (em: Em, merchantId: string) => {
  const rows = await kyselyOf(em)
    .selectFrom('Store as s')
    .select(['s.id', 's.name', 's.status', 's.isTest', 's.receiver', 's.feeBps', 's.minFeeUnits', 's.webhookUrl'])
    .select((eb) => [
      eb('s.receiverProof', 'is not', null).as('receiverProved'),
      eb('s.webhookDisabledAt', 'is not', null).as('webhookDisabled'),
      openKeys(eb).$asScalar().$notNull().as('openKeys'),
      openReviews(eb).$asScalar().$notNull().as('openReviews'),
      countedOrders(eb).$asScalar().$notNull().as('orders'),
    ])
    .where('s.merchant', '=', merchantId)
    .orderBy('s.createdAt')
    .orderBy('s.id')
    .execute();
  return rows.map(({ minFeeUnits, receiverProved, webhookDisabled, ...store }) => ({
    ...store,
    receiverProved: Boolean(receiverProved),
    webhookDisabled: Boolean(webhookDisabled),
    minFee: formatUnits(minFeeUnits),
  }));
};

type OfStore = ExpressionBuilder<Tables & { s: Tables['Store'] }, 's'>;

const openKeys = (eb: OfStore) =>
  eb
    .selectFrom('ApiKey as k')
    .select(countRows().as('count'))
    .whereRef('k.store', '=', 's.id')
    .where('k.revokedAt', 'is', null);

const openReviews = (eb: OfStore) =>
  eb
    .selectFrom('ReviewItem as r')
    .innerJoin('CheckoutIntent as i', 'i.id', 'r.intent')
    .select(countRows().as('count'))
    .where('r.state', '=', 'open')
    .whereRef('i.store', '=', 's.id');

const countedOrders = (eb: OfStore) =>
  eb
    .selectFrom((inner) =>
      inner
        .selectFrom('CheckoutIntent as i')
        .select(sql`1`.as('one'))
        .whereRef('i.store', '=', 's.id')
        .limit(ORDERS_COUNTED)
        .as('counted'),
    )
    .select(countRows().as('count'));
