// Saved views of the list of orders: a filter under a name, for one account in one store.
import { UserError } from '#domain/errors.ts';
import { OrderView } from '../entities/order-search.entity.ts';
import type { Em } from '../orm.ts';
import { lockText } from '../sql.ts';

export interface SavedView {
  id: string;
  name: string;
  /** The query string of the list's URL. */
  query: string;
}

/** More are a list that needs a search of its own. */
const MOST_VIEWS = 20;

export const listViews = async (em: Em, storeId: string, userId: string): Promise<SavedView[]> => {
  const rows = await em.fork().find(OrderView, { store: storeId, userId }, { orderBy: { name: 'asc' } });
  return rows.map(({ id, name, query }) => ({ id: String(id), name, query }));
};

/** A view of the same name is replaced. Throws UserError: `view_name`, `view_query`, `too_many_views`. */
export const saveView = (
  entityManager: Em,
  storeId: string,
  userId: string,
  view: Omit<SavedView, 'id'>,
): Promise<void> =>
  entityManager.fork().transactional(async (em) => {
    const name = view.name.trim();
    if (name.length < 1 || [...name].length > 60)
      throw new UserError('view_name', 'name: must have 1 to 60 characters');
    if (view.query.length > 2_000) throw new UserError('view_query', 'This filter is too long to save.');
    await lockText(em, `order_view ${storeId} ${userId}`);
    const others = await em.count(OrderView, { store: storeId, userId, name: { $ne: name } });
    if (others >= MOST_VIEWS) {
      throw new UserError('too_many_views', `You have ${MOST_VIEWS} saved views: delete one first.`);
    }
    const row = { store: storeId, userId, name, query: view.query };
    await em.upsert(OrderView, row, {
      onConflictFields: ['store', 'userId', 'name'],
      onConflictAction: 'merge',
      onConflictMergeFields: ['query'],
    });
  });

/** Nothing happens when it is gone, or somebody else's. */
export const deleteView = async (em: Em, storeId: string, userId: string, id: string): Promise<void> => {
  if (!/^\d{1,18}$/.test(id)) return;
  await em.fork().nativeDelete(OrderView, { id: BigInt(id), store: storeId, userId });
};
