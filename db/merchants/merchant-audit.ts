// The audit log as the owners of one merchant read it: what was done to the merchant and its stores, and the log-ins, factors and
// sessions of its members since they joined. Log-ins belong to no store, so every merchant that a person works for shows them.
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface MerchantAuditFilter {
  /** Only accounts' entries, or only the merchant's. */
  part?: 'accounts' | 'merchant';
  /** The last entry of the page before. */
  after?: string;
  limit: number;
}

/** Newest first. `memberEmail` is set for entries about a member's own account. */
export const listMerchantAudit = async (em: Em, merchantId: string, { part, after, limit }: MerchantAuditFilter) => {
  const before = after === undefined ? null : BigInt(after);
  const [merchant, accounts] = await Promise.all([
    part === 'accounts' ? [] : selectOfMerchant(em, merchantId, before, limit).execute(),
    part === 'merchant' ? [] : selectOfAccounts(em, merchantId, before, limit).execute(),
  ]);
  return [...merchant.map((row) => ({ ...row, memberEmail: null })), ...accounts]
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit);
};

export type MerchantAuditRow = Awaited<ReturnType<typeof listMerchantAudit>>[number];

const selectEntries = (em: Em, before: bigint | null, limit: number) => {
  const query = kyselyOf(em)
    .selectFrom('AuditEntry as a')
    .leftJoin('Store as s', 's.id', 'a.storeId')
    .select(['a.id', 'a.at', 'a.actorKind', 'a.actorId', 'a.actorEmail', 'a.action', 'a.subjectKind', 'a.subjectId'])
    .select(['a.reason', 'a.data', 's.name as storeName'])
    .orderBy('a.id', 'desc')
    .limit(limit);
  return before === null ? query : query.where('a.id', '<', before);
};

const selectOfMerchant = (em: Em, merchantId: string, before: bigint | null, limit: number) =>
  selectEntries(em, before, limit).where('a.merchantId', '=', merchantId);

const selectOfAccounts = (em: Em, merchantId: string, before: bigint | null, limit: number) =>
  selectEntries(em, before, limit)
    .innerJoin('Member as p', 'p.userId', 'a.subjectId')
    .select('p.email as memberEmail')
    .where('p.merchant', '=', merchantId)
    .where('a.subjectKind', '=', 'account')
    .where('a.action', 'like', 'account.%')
    .whereRef('a.at', '>=', 'p.createdAt');
