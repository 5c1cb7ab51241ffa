// What an order's page offers to refund.
import { findReviewMoney } from '#db/refunds/returnable-money.ts';
import type { IntentId } from '#domain/ids.ts';
import type { World } from './world.ts';

export interface Offer {
  chainId: number;
  token: string;
  payer: string;
  base: bigint;
}

export const offersOf = async ({ database, store }: World, intentId: IntentId): Promise<Offer[]> => {
  const em = database.orm.em.fork();
  const reviews = await database.rows<{ id: string }>('select id::text from review_item where intent_id = $1', [
    intentId,
  ]);
  const found = await Promise.all(reviews.map(({ id }) => findReviewMoney(em, store.storeId, id)));
  const transfers = new Set<string>();
  return found.flatMap((money) => {
    if (!money || (money.transferId !== null && transfers.has(money.transferId))) return [];
    if (money.transferId !== null) transfers.add(money.transferId);
    return [{ chainId: money.chainId, token: money.token, payer: money.payer, base: money.amountBaseUnits }];
  });
};
