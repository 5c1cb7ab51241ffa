// Lists of stray money for the order's page, the console's queue and the operator's commands.
import type { IntentId } from '#domain/ids.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface StrayFilter {
  state: 'open' | 'resolved';
  storeId?: string;
  intentId?: IntentId;
  limit: number;
}

export type StrayRow = Awaited<ReturnType<typeof listStrayMoney>>[number];

/** Open money oldest first, decided money newest first. */
export const listStrayMoney = async (em: Em, { state, storeId, intentId, limit }: StrayFilter) => {
  const isOpen = state === 'open';
  let query = strays(em).where('m.outcome', isOpen ? 'is' : 'is not', null);
  if (storeId !== undefined) query = query.where('s.id', '=', storeId);
  if (intentId !== undefined) query = query.where('i.id', '=', intentId);
  const rows = await query
    .orderBy('m.id', isOpen ? 'asc' : 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, id: String(row.id) }));
};

/** Null when there is none. */
export const readStrayMoney = async (em: Em, id: string): Promise<StrayRow | null> => {
  if (!/^\d{1,18}$/.test(id)) return null;
  const row = await strays(em).where('m.id', '=', BigInt(id)).executeTakeFirst();
  return row ? { ...row, id } : null;
};

const strays = (em: Em) =>
  kyselyOf(em.fork())
    .selectFrom('StrayMoney as m')
    .innerJoin('CheckoutIntent as i', 'i.id', 'm.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .innerJoin('Merchant as c', 'c.id', 's.merchant')
    .select(['m.id', 'm.chainId', 'm.token', 'm.symbol', 'm.decimals', 'm.amountBaseUnits', 'm.sender', 'm.txHash'])
    .select(['m.foundBy', 'm.outcome', 'm.resolution', 'm.resolvedBy', 'm.createdAt', 'm.resolvedAt'])
    .select(['i.id as intentId', 'i.status as intentStatus', 'i.orderId', 'i.depositAddress', 'i.factory'])
    .select(['i.receiver', 'i.feeReceiver', 'i.feeRateE9', 'i.contractId'])
    .select(['s.id as storeId', 's.name as storeName', 's.isTest as storeIsTest'])
    .select(['c.id as merchantId', 'c.name as merchantName']);
