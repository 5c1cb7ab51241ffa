// The language that a store prefers for its checkouts, for shoppers whose browsers ask for none that we speak.
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import { isIntentId } from '#domain/ids.ts';

/** The store's locale as a language tag, or null when there is no such intent. */
export const readStoreLocale = async (em: Em, intentId: string): Promise<string | null> => {
  if (!isIntentId(intentId)) return null;
  const intent = await em.findOne(CheckoutIntent, { id: intentId }, { populate: ['store'] });
  return intent?.store.locale ?? null;
};
