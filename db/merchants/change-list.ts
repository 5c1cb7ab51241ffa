// Changes of where a merchant's money goes, as pages list them.
import type { ChangeSummary } from '#domain/email-data.ts';
import { type ChangeState, OPEN_CHANGE, PendingChange } from '../entities/pending-change.entity.ts';
import type { Em } from '../orm.ts';
import { summaryOf } from './change-summary.ts';

export interface WaitingChange {
  id: string;
  change: ChangeSummary;
  /** Null for changes of the team. */
  storeId: string | null;
  storeName: string | null;
  state: ChangeState;
  /** The author's account, and e-mail address; the address is null for a command. */
  authorId: string;
  requestedBy: string | null;
  /** ISO-8601, like the following ones. */
  requestedAt: string;
  appliesAt: string;
  decidedAt: string | null;
  /** Who confirmed or canceled it. */
  decidedBy: string | null;
}

const DECIDED_SHOWN = 20;

/** Those that wait, the next one first. */
export const listWaitingChanges = (em: Em, merchantId: string): Promise<WaitingChange[]> =>
  list(em, merchantId, OPEN_CHANGE, { appliesAt: 'asc' });

/** The latest that are applied or canceled. */
export const listDecidedChanges = (em: Em, merchantId: string): Promise<WaitingChange[]> =>
  list(em, merchantId, ['applied', 'canceled'], { decidedAt: 'desc' }, DECIDED_SHOWN);

const list = async (
  em: Em,
  merchant: string,
  states: ChangeState[],
  orderBy: { appliesAt: 'asc' } | { decidedAt: 'desc' },
  limit = 200,
): Promise<WaitingChange[]> => {
  const rows = await em
    .fork()
    .find(PendingChange, { merchant, state: states }, { orderBy, limit, populate: ['store'] });
  return rows.map((row) => ({
    id: row.id,
    change: summaryOf(row.details),
    storeId: row.store?.id ?? null,
    storeName: row.store?.name ?? null,
    state: row.state,
    authorId: row.actorId,
    requestedBy: row.actorEmail ?? null,
    requestedAt: row.createdAt.toISOString(),
    appliesAt: row.appliesAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    decidedBy: row.decidedBy ?? null,
  }));
};
