// The store's language, for shoppers whose browser asks for none of ours.
import { CheckoutIntent } from '#db/entities/intent.entity.ts';
import type { Em } from '#db/orm.ts';
import { isIntentId } from '#domain/ids.ts';

/** The store's locale as a language tag, or null when there is no such intent. */
export const readStoreLocale = async (em: Em, intentId: string): Promise<string | null> => {
  if (!isIntentId(intentId)) return null;
  const intent = await em.findOne(CheckoutIntent, { id: intentId }, { populate: ['store'] });
  return intent?.store.locale ?? null;
};
