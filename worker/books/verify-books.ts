// Verifies the books of all chains, or of one store: ledger against chains, and orders, files, totals and reports against the bookings.

import { BlockReplacedError } from '#chain/pinned-reads.ts';
import { isRpcError } from '#chain/rpc-errors.ts';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { listPaidAddresses, type PaidAddresses } from '#db/books/ledger-accounts.ts';
import { type ReportedFigures, verifyOrders } from '#db/books/order-books.ts';
import type { Em } from '#db/orm.ts';
import type { BookDifference } from '#domain/books/book-facts.ts';
import { type ChainBooks, verifyChain } from './verify-chain.ts';

/** A chain with money that could not be verified. */
export interface UnverifiedChain {
  chainId: number;
  addresses: number;
  reason: string;
}

export interface Books {
  startedAt: Date;
  seconds: number;
  orders: number;
  chains: ChainBooks[];
  unverified: UnverifiedChain[];
  reported: ReportedFigures[];
  /** Unexplained ones first. */
  differences: BookDifference[];
  unexplained: number;
}

export interface VerifyOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  /** Null: every store. */
  storeId: string | null;
}

export const verifyBooks = async ({ em, pools, storeId }: VerifyOptions): Promise<Books> => {
  const began = performance.now();
  const orders = await verifyOrders(em, storeId);
  const { now, chains } = await listPaidAddresses(em, storeId);
  const results = await Promise.all(chains.map((paid) => verifyOne(em, pools, storeId, { now, paid })));
  const verified = results.filter((result) => 'block' in result);
  const differences = [...orders.differences, ...verified.flatMap((chain) => chain.differences)];
  return {
    startedAt: now,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    orders: orders.orders,
    chains: verified,
    unverified: results.filter((result) => 'reason' in result),
    reported: orders.reported,
    differences: differences.toSorted((a, b) => Number(a.explanation !== null) - Number(b.explanation !== null)),
    unexplained: differences.filter(({ explanation }) => explanation === null).length,
  };
};

const verifyOne = async (
  em: Em,
  pools: VerifyOptions['pools'],
  storeId: string | null,
  first: { now: Date; paid: PaidAddresses },
): Promise<ChainBooks | UnverifiedChain> => {
  const { chainId, intentIds, cursor } = first.paid;
  const unverified = (reason: string): UnverifiedChain => ({ chainId, addresses: intentIds.length, reason });
  const pool = pools.get(chainId);
  if (!pool) return unverified(`RPC_URLS_${chainId} is not set`);
  if (!cursor) return unverified('its watcher has read no block yet');
  try {
    return await verifyChain(em, pool, storeId, first);
  } catch (error) {
    if (isRpcError(error) || error instanceof BlockReplacedError) return unverified(error.message);
    throw error;
  }
};

/** Nothing unexplained, and every chain with money was read. */
export const isProven = ({ unexplained, unverified }: Pick<Books, 'unexplained' | 'unverified'>): boolean =>
  unexplained === 0 && unverified.length === 0;
