// How far a store's set-up has come. Each fact is read from the rows that it leaves, so there is no list to keep in sync.
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface FirstRunFacts {
  logo: boolean;
  receiver: boolean;
  /** An API key that works. */
  key: boolean;
  /** There is an order: by the API, a link, an invoice or by hand. */
  order: boolean;
  /** A webhook was delivered; a test counts. */
  webhook: boolean;
}

/** Each check stops at the first row that proves it: the cost does not grow with the store. */
export const readFirstRunFacts = async (em: Em, storeId: string): Promise<FirstRunFacts | null> => {
  const row = await kyselyOf(em)
    .selectFrom('Store as s')
    .select(['s.logoUrl', 's.receiver'])
    .select(({ exists, selectFrom }) => [
      exists(
        selectFrom('ApiKey as k')
          .select('k.id')
          .whereRef('k.store', '=', 's.id')
          .where('k.revokedAt', 'is', null)
          .where(({ or, eb }) => or([eb('k.expiresAt', 'is', null), eb('k.expiresAt', '>', new Date())])),
      ).as('key'),
      exists(selectFrom('CheckoutIntent as i').select('i.id').whereRef('i.store', '=', 's.id')).as('order'),
      exists(
        selectFrom('WebhookEvent as e')
          .select('e.id')
          .whereRef('e.store', '=', 's.id')
          .where('e.state', '=', 'delivered'),
      ).as('webhook'),
    ])
    .where('s.id', '=', storeId)
    .executeTakeFirst();
  if (!row) return null;
  const { logoUrl, receiver, key, order, webhook } = row;
  return {
    logo: logoUrl !== null,
    receiver: receiver !== null,
    key: Boolean(key),
    order: Boolean(order),
    webhook: Boolean(webhook),
  };
};
