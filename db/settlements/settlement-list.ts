// Settlements as the console lists them.
import type { SettlementState } from '../entities/chain.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

export interface SettlementFilter {
  state?: SettlementState;
  chainId?: number;
  /** Only those with an error. */
  failing?: boolean;
  /** The last row of the page before. */
  after?: string;
  limit: number;
}

export type SettlementRow = Awaited<ReturnType<typeof listSettlements>>[number];

/** Newest first. */
export const listSettlements = async (em: Em, { state, chainId, failing, after, limit }: SettlementFilter) => {
  let query = kyselyOf(em)
    .selectFrom('Settlement as x')
    .innerJoin('CheckoutIntent as i', 'i.id', 'x.intent')
    .innerJoin('Store as s', 's.id', 'i.store')
    .select(['x.id', 'x.intent as intentId', 'i.orderId'])
    .select(['s.id as storeId', 's.name as storeName', 's.isTest as storeIsTest'])
    .select(['x.chainId', 'x.token', 'x.state', 'x.attempts', 'x.createdAt', 'x.settledAt'])
    .select(['x.netBaseUnits', 'x.feeBaseUnits', 'x.txHash', 'x.lastError'])
    .orderBy('x.id', 'desc')
    .limit(limit);
  if (state) query = query.where('x.state', '=', state);
  if (chainId !== undefined) query = query.where('x.chainId', '=', chainId);
  if (failing) query = query.where('x.lastError', 'is not', null).where('x.state', '<>', 'settled');
  if (after) query = query.where('x.id', '<', BigInt(after));
  const rows = await query.execute();
  return rows.map(({ id, ...row }) => ({ ...row, id: String(id) }));
};
