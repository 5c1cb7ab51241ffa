// Closed intents whose deposit addresses are still to be searched for native coin: at expiry, cancel or rejection.
import type { Address } from '#domain/address.ts';
import type { IntentId } from '#domain/ids.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';
import { msFromNow, now } from '../sql.ts';

export interface DueSearch {
  intentId: IntentId;
  depositAddress: Address;
  attempts: number;
}

export const listDueSearches = (em: Em, limit: number): Promise<DueSearch[]> =>
  kyselyOf(em.fork())
    .selectFrom('StraySearch as q')
    .innerJoin('CheckoutIntent as i', 'i.id', 'q.intent')
    .select(['q.intent as intentId', 'i.depositAddress', 'q.attempts'])
    .where('q.dueAt', '<=', now)
    .orderBy('q.dueAt')
    .limit(limit)
    .execute();

export const finishSearches = async (em: Em, intentIds: readonly IntentId[]): Promise<void> => {
  if (intentIds.length === 0) return;
  await kyselyOf(em.fork()).deleteFrom('StraySearch').where('intent', 'in', intentIds).execute();
};

/** A chain did not respond: search again later. */
export const postponeSearches = async (em: Em, intentIds: readonly IntentId[], ms: number): Promise<void> => {
  if (intentIds.length === 0) return;
  await kyselyOf(em.fork())
    .updateTable('StraySearch')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), dueAt: msFromNow(ms) }))
    .where('intent', 'in', intentIds)
    .execute();
};
