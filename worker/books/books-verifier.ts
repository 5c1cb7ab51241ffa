// Verifies the books once a day, on the worker that leads, and stores the result. What nothing explains is an error in the log, a metric
// and a line in the console.
import type { Logger } from 'pino';
import type { RpcPool } from '#chain/rpc-pool.ts';
import { readBooksCheckCounts, saveBooksCheck } from '#db/books/books-checks.ts';
import type { Em } from '#db/orm.ts';
import { isProven, verifyBooks } from './verify-books.ts';

const DAY_MS = 86_400_000;
/** After a run that did not prove the books: a chain that was away may be back. */
const AGAIN_MS = 3_600_000;
/** Differences in the log; the stored result has more. */
const LOGGED = 20;

export interface BooksVerifierOptions {
  em: Em;
  pools: ReadonlyMap<number, RpcPool>;
  logger: Pick<Logger, 'info' | 'error'>;
  now?: () => number;
}

export interface BooksVerifier {
  /** Verifies when a day has passed since the last time. @returns whether it did */
  pass(): Promise<boolean>;
}

export const createBooksVerifier = ({ em, pools, logger, now = Date.now }: BooksVerifierOptions): BooksVerifier => ({
  async pass() {
    const last = await readBooksCheckCounts(em);
    const pause = !last || isProven(last) ? DAY_MS : AGAIN_MS;
    if (last && now() - last.startedAt.getTime() < pause) return false;
    const books = await verifyBooks({ em, pools, storeId: null });
    const { startedAt, seconds, orders, unverified, unexplained } = books;
    const differences = books.differences.filter(({ explanation }) => explanation === null);
    const explained = books.differences.length - unexplained;
    const chains = books.chains.map(({ chainId, block, addresses }) => ({
      ...{ chainId, addresses },
      blockNumber: String(block.number),
      blockHash: block.hash,
    }));
    await saveBooksCheck(em, { startedAt, seconds, orders, chains, unverified, explained, unexplained, differences });
    for (const { storeId, intentId, chainId, records, amount, text } of differences.slice(0, LOGGED))
      logger.error({ storeId, intent: intentId, chainId, records, amount }, `the books differ: ${text}`);
    for (const chain of unverified) logger.error(chain, 'the books of a chain could not be verified');
    logger.info({ seconds, orders, explained, unexplained }, 'books verified');
    return true;
  },
});
