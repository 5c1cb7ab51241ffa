// What the relayer's transactions cost, by network and store (decision 0100). A transaction's cost is shared equally by the settlements
// that it paid; failed ones are nobody's. Computed from the transactions each time: there is no second record.
import { sql } from 'kysely';
import { findChain, tokenAt } from '#domain/chains.ts';
import { baseUnitsOf, fromBaseUnits, type Units, unitsOf, type Wei, weiOf } from '#domain/money.ts';
import { countRows } from '../expressions.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** Transactions that were mined in the period. */
interface GasPeriod {
  from: Date;
  /** Not included. */
  to: Date;
}

export interface ChainGas {
  chainId: number;
  /** Mined, failed ones included. */
  transactions: number;
  failed: number;
  /** Without a figure: concluded by an older release, or by a node that does not say. */
  unknown: number;
  gasUsed: bigint;
  feeWei: Wei;
}

export interface StoreGas {
  chainId: number;
  storeId: string;
  storeName: string;
  isTest: boolean;
  /** Paid by those transactions. */
  settlements: number;
  /** Its share of their cost, rounded down. */
  feeWei: Wei;
  /** The platform's fees of those settlements. */
  earnedUnits: Units;
}

/** Networks by id. */
export const readChainGas = async (em: Em, { from, to }: GasPeriod): Promise<ChainGas[]> => {
  const rows = await kyselyOf(em.fork())
    .selectFrom('RelayerTx')
    .select(({ ref, fn }) => [
      'chainId',
      countRows().as('transactions'),
      sql<number>`count(*) filter (where ${ref('state')} = 'failed')::int`.as('failed'),
      sql<number>`count(*) filter (where ${ref('feeWei')} is null)::int`.as('unknown'),
      fn.sum<string | null>('gasUsed').as('gasUsed'),
      fn.sum<string | null>('feeWei').as('feeWei'),
    ])
    .where('minedAt', '>=', from)
    .where('minedAt', '<', to)
    .where('state', 'in', ['mined', 'failed'])
    .groupBy('chainId')
    .orderBy('chainId')
    .execute();
  return rows.map(({ gasUsed, feeWei, ...row }) => ({
    ...row,
    gasUsed: BigInt(gasUsed ?? 0),
    feeWei: weiOf(feeWei ?? 0),
  }));
};

/** By network, then what cost most. */
export const readStoreGas = async (em: Em, { from, to }: GasPeriod): Promise<StoreGas[]> => {
  // Aliases are no names of properties: those become names of columns.
  const rows = await kyselyOf(em.fork())
    .with('paid', (db) =>
      db
        .selectFrom('RelayerTx as x')
        .innerJoin('Settlement as s', (join) =>
          join.onRef('s.chainId', '=', 'x.chainId').onRef('s.txHash', '=', 'x.txHash'),
        )
        .innerJoin('CheckoutIntent as i', 'i.id', 's.intent')
        .select(['x.chainId as network', 'i.store as storeId', 's.token as contract', 's.feeBaseUnits as earned'])
        .select(({ ref }) =>
          sql<string | null>`${ref('x.feeWei')} / count(*) over (partition by ${ref('x.id')})`.as('share'),
        )
        .where('x.minedAt', '>=', from)
        .where('x.minedAt', '<', to)
        .where('x.state', '=', 'mined')
        .where('s.state', '=', 'settled'),
    )
    .selectFrom('paid')
    .innerJoin('Store as t', 't.id', 'paid.storeId')
    .select(({ ref }) => [
      ...([
        'paid.network as chainId',
        'paid.storeId',
        'paid.contract as token',
        't.name as storeName',
        't.isTest',
      ] as const),
      countRows().as('settlements'),
      sql<string | null>`trunc(sum(${ref('paid.share')}))::text`.as('feeWei'),
      sql<string | null>`sum(${ref('paid.earned')})::text`.as('earned'),
    ])
    .groupBy(['paid.network', 'paid.storeId', 'paid.contract', 't.name', 't.isTest'])
    .execute();
  const stores = new Map<string, StoreGas>();
  for (const { token, settlements, feeWei, earned, ...store } of rows) {
    const key = `${store.chainId}:${store.storeId}`;
    const known = stores.get(key) ?? { ...store, settlements: 0, feeWei: weiOf(0), earnedUnits: unitsOf(0) };
    const decimals = tokenAt(findChain(store.chainId), token)?.decimals;
    const earnedUnits = decimals === undefined ? 0n : fromBaseUnits(baseUnitsOf(earned ?? 0), decimals);
    stores.set(key, {
      ...known,
      settlements: known.settlements + settlements,
      feeWei: weiOf(known.feeWei + BigInt(feeWei ?? 0)),
      earnedUnits: unitsOf(known.earnedUnits + earnedUnits),
    });
  }
  return [...stores.values()].sort((a, b) => a.chainId - b.chainId || (a.feeWei < b.feeWei ? 1 : -1));
};
