// The audit log as the console and the command list it.
import { sql } from 'kysely';
import { type ActorKind, AuditEntry } from '../entities/merchant-people.entity.ts';
import { startingWith } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface AuditPage {
  /** The last entry of the page before. */
  after?: string;
  limit: number;
}

export interface AuditFilter extends AuditPage {
  /** Beginning of the action: `merchant`, `review.accepted`. */
  action?: string;
  /** E-mail address or id of the person. */
  actor?: string;
  actorKind?: ActorKind;
  /** Id of what was changed: merchant, store, intent, review. */
  subject?: string;
}

export type AuditRow = Awaited<ReturnType<typeof listAuditEntries>>[number];

/** One page of entries with their stores, newest first. */
export const selectAuditEntries = (em: Em, { after, limit }: AuditPage) => {
  const query = kyselyOf(em)
    .selectFrom('AuditEntry as a')
    .leftJoin('Store as s', 's.id', 'a.storeId')
    .select(['a.id', 'a.at', 'a.actorKind', 'a.actorId', 'a.actorEmail', 'a.action', 'a.subjectKind', 'a.subjectId'])
    .select(['a.reason', 'a.data'])
    .orderBy('a.id', 'desc')
    .limit(limit);
  return after ? query.where('a.id', '<', BigInt(after)) : query;
};

/** Entries name accounts by id only; while the account exists, its address tells who that is. */
const accountEmail = sql<
  string | null
>`case when a.subject_kind = 'account' then (select u.email from auth."user" u where u.id = a.subject_id) end`;

/** Newest first. */
export const listAuditEntries = async (em: Em, filter: AuditFilter) => {
  const { action, actor, actorKind, subject } = filter;
  let query = selectAuditEntries(em, filter)
    .select(['a.merchantId', 'a.storeId', 'a.hash', 's.isTest'])
    .select(accountEmail.as('subjectEmail'));
  if (action) query = query.where('a.action', 'like', startingWith(action));
  if (actor) {
    query = query.where(({ or, eb }) =>
      or([
        eb('a.actorEmail', '=', sql<string>`lower(${actor})`),
        eb('a.actorId', '=', actor),
        // Accounts are named by id only.
        eb('a.actorId', 'in', sql<string>`(select id from auth."user" where email = lower(${actor}))`),
      ]),
    );
  }
  if (actorKind) query = query.where('a.actorKind', '=', actorKind);
  if (subject) {
    query = query.where(({ or, eb }) =>
      or([eb('a.subjectId', '=', subject), eb('a.merchantId', '=', subject), eb('a.storeId', '=', subject)]),
    );
  }
  const rows = await query.execute();
  return rows.map(({ id, isTest, ...row }) => ({ ...row, id: String(id), storeIsTest: isTest ?? false }));
};

/** The number of entries, and the last one's id; null in an empty log. */
export const readAuditExtent = async (em: Em): Promise<{ count: number; lastId: string | null }> => {
  const fork = em.fork();
  const [count, last] = await Promise.all([
    fork.count(AuditEntry),
    fork.findOne(AuditEntry, { id: { $gt: 0n } }, { orderBy: { id: 'desc' }, fields: ['id'] }),
  ]);
  return { count, lastId: last ? String(last.id) : null };
};
