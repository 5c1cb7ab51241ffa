// Work in the transaction that a caller has opened, or in one of its own.
import type { Em } from './orm.ts';

export const withinTransaction = <T>(em: Em, work: (em: Em) => Promise<T>): Promise<T> =>
  em.isInTransaction() ? work(em) : em.fork().transactional((fork) => work(fork));
