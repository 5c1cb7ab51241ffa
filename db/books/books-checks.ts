// Stored verifications of the books: the last one, for pages, metrics and the worker's turn.
import type { BookDifference } from '#domain/books/book-facts.ts';
import { BooksCheck, type CheckedChain } from '../entities/books-check.entity.ts';
import { kyselyOf } from '../kysely.ts';
import type { Em } from '../orm.ts';

/** A page shows some; a fault that hits everything must not fill the table. */
const DIFFERENCES_KEPT = 500;
const DAYS_KEPT = 400;

export interface NewBooksCheck {
  startedAt: Date;
  seconds: number;
  orders: number;
  chains: CheckedChain[];
  unverified: { chainId: number; addresses: number; reason: string }[];
  explained: number;
  unexplained: number;
  /** Those that nothing explains. */
  differences: BookDifference[];
}

export const saveBooksCheck = async (entityManager: Em, check: NewBooksCheck): Promise<void> => {
  const em = entityManager.fork();
  await em.insert(BooksCheck, { ...check, differences: check.differences.slice(0, DIFFERENCES_KEPT) });
  const oldest = new Date(check.startedAt.getTime() - DAYS_KEPT * 86_400_000);
  await em.nativeDelete(BooksCheck, { startedAt: { $lt: oldest } });
};

/** The newest verification; null while there is none. */
export const readBooksCheck = async (em: Em): Promise<BooksCheck | null> =>
  await em.fork().findOne(BooksCheck, { id: { $gt: 0n } }, { orderBy: { id: 'desc' } });

/** Its counts without the differences. */
export const readBooksCheckCounts = (em: Em) =>
  kyselyOf(em.fork())
    .selectFrom('BooksCheck')
    .select(['startedAt', 'explained', 'unexplained', 'unverified'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
