// How far a store's set-up has come: facts, each read from what it leaves behind, so that there is no list to keep in step.
import type { Em } from '../orm.ts';

export interface FirstRunFacts {
  logo: boolean;
  receiver: boolean;
  /** An API key that works. */
  key: boolean;
  /** The API made an order. */
  order: boolean;
  /** A webhook, a test one included, was answered with success. */
  webhook: boolean;
}

/** Each fact stops at the first row that shows it: constant cost, whatever the store's size. */
export const readFirstRunFacts = async (em: Em, storeId: string): Promise<FirstRunFacts | null> => {
  const [row] = await em.fork().execute<FirstRunFacts[]>(
    `select s.logo_url is not null as logo, s.receiver is not null as receiver,
       exists (select from api_key k where k.store_id = s.id and k.revoked_at is null
         and (k.expires_at is null or k.expires_at > now())) as key,
       exists (select from checkout_intent i where i.store_id = s.id) as "order",
       exists (select from webhook_event e where e.store_id = s.id and e.state = 'delivered') as webhook
     from store s where s.id = ?`,
    [storeId],
  );
  return row ?? null;
};
