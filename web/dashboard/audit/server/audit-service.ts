// The audit log of a merchant, for its owners. Of the platform's people only what they did is shown: neither name nor reason, which may
// be about others. Of log-ins: how, and how many failed; no device and no IP address.
import { listMerchantAudit, type MerchantAuditRow } from '#db/merchants/merchant-audit.ts';
import type { Orm } from '#db/orm.ts';
import { PAGE_ROWS, pageOf } from '#web/http/list-pages.ts';
import type { AuditLine, AuditPart, AuditService } from './audit-types.ts';

/** The only data of an account's entries that colleagues see. */
const OF_ACCOUNTS = new Set(['method', 'failures', 'failures_before']);
/** For the system itself. */
const INTERNAL = new Set(['kind', 'seen']);

const PARTS = { all: {}, 'log-ins': { part: 'accounts' }, changes: { part: 'merchant' } } as const satisfies Record<
  AuditPart,
  object
>;

export const createAuditService = ({ orm }: { orm: Orm }): AuditService => ({
  async lines(merchantId, part, after) {
    const filter = { ...PARTS[part], ...(after ? { after } : {}), limit: PAGE_ROWS + 1 };
    const { rows, next } = pageOf(await listMerchantAudit(orm.em, merchantId, filter), ({ id }) => String(id));
    return { lines: rows.map(lineOf), next };
  },
});

const lineOf = (row: MerchantAuditRow): AuditLine => {
  const { id, at, action, subjectKind, subjectId, storeName } = row;
  const isAccount = row.memberEmail !== null;
  const isOwn = isAccount ? row.actorId === subjectId : row.actorKind === 'member';
  return {
    id: String(id),
    at: at.toISOString(),
    who: isOwn ? (row.memberEmail ?? row.actorEmail ?? row.actorId) : null,
    action,
    // A store is shown by its name.
    subject: isAccount || subjectKind === 'store' ? null : `${subjectKind} ${subjectId}`,
    storeName,
    reason: isOwn ? row.reason : null,
    data: dataOf(row, isAccount),
  };
};

const dataOf = ({ actorKind, data }: MerchantAuditRow, isAccount: boolean): AuditLine['data'] => {
  const entries = Object.entries(data);
  if (isAccount) return entries.filter(([name]) => OF_ACCOUNTS.has(name));
  if (actorKind === 'operator' || actorKind === 'command') return [];
  return entries
    .filter(([name]) => !INTERNAL.has(name))
    .flatMap(([name, value]) => (name === 'changes' ? Object.entries(value as object) : [[name, value]]));
};
