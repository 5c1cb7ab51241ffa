// The audit log as the owners of one merchant read it: what was done to the merchant and its stores, and the log-ins, factors and
// sessions of its members since they joined. Log-ins belong to no store, so every merchant that a person works for shows them.
import type { Em } from '../orm.ts';
import { type AuditPage, selectAuditEntries } from './audit-list.ts';

export interface MerchantAuditFilter extends AuditPage {
  /** Only accounts' entries, or only the merchant's. */
  part?: 'accounts' | 'merchant';
}

/** Newest first. `memberEmail` is set for entries about a member's own account. */
export const listMerchantAudit = async (em: Em, merchantId: string, { part, ...page }: MerchantAuditFilter) => {
  const [merchant, accounts] = await Promise.all([
    part === 'accounts' ? [] : selectOfMerchant(em, merchantId, page).execute(),
    part === 'merchant' ? [] : selectOfAccounts(em, merchantId, page).execute(),
  ]);
  return [...merchant.map((row) => ({ ...row, memberEmail: null })), ...accounts]
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, page.limit);
};

export type MerchantAuditRow = Awaited<ReturnType<typeof listMerchantAudit>>[number];

const selectOfMerchant = (em: Em, merchantId: string, page: AuditPage) =>
  selectAuditEntries(em, page).select('s.name as storeName').where('a.merchantId', '=', merchantId);

const selectOfAccounts = (em: Em, merchantId: string, page: AuditPage) =>
  selectAuditEntries(em, page)
    .innerJoin('Member as p', 'p.userId', 'a.subjectId')
    .select(['s.name as storeName', 'p.email as memberEmail'])
    .where('p.merchant', '=', merchantId)
    .where('a.subjectKind', '=', 'account')
    .where('a.action', 'like', 'account.%')
    .whereRef('a.at', '>=', 'p.createdAt');
