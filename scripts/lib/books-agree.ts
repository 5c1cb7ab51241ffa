// What the books of a system do not explain, for commands that try a whole system.
import { createRpcPool } from '#chain/rpc-pool.ts';
import { type Em, openOrm } from '#db/orm.ts';
import { verifyBooks } from '#worker/books/verify-books.ts';

/** Runs `work` with an entity manager on a database, and closes its connections. */
export const withEm = async <T>(databaseUrl: string, work: (em: Em) => Promise<T>): Promise<T> => {
  const orm = await openOrm({ databaseUrl, poolSize: 2 });
  try {
    return await work(orm.em.fork());
  } finally {
    await orm.close();
  }
};

/** One text for each difference; empty: the books agree with the chains, and every chain was read. */
export const differencesOfBooks = async (
  databaseUrl: string,
  chains: readonly { chainId: number; rpcUrl: string }[],
): Promise<string[]> => {
  const pools = chains.map(({ chainId, rpcUrl }) => [chainId, createRpcPool({ chainId, urls: [rpcUrl] })] as const);
  try {
    const books = await withEm(databaseUrl, (em) => verifyBooks({ em, pools: new Map(pools), storeId: null }));
    return [
      ...books.unverified.map(({ chainId, reason }) => `books: chain ${chainId} not verified: ${reason}`),
      ...books.differences.filter(({ explanation }) => explanation === null).map(({ text }) => `books: ${text}`),
    ];
  } finally {
    for (const [, pool] of pools) await pool.close();
  }
};
