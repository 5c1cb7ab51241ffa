// Verifications of the books against the chains, as the worker stores them (decision 0058).

import { defineEntity, p } from '@mikro-orm/core';
import type { BookDifference } from '#domain/books/book-facts.ts';

/** The block at which a chain was read. */
export interface CheckedChain {
  chainId: number;
  blockNumber: string;
  blockHash: string;
  addresses: number;
}

export const BooksCheckSchema = defineEntity({
  name: 'BooksCheck',
  tableName: 'books_check',
  properties: {
    id: p.bigint('bigint').primary().autoincrement(),
    /** The database's clock. */
    startedAt: p.datetime(),
    seconds: p.double(),
    orders: p.integer(),
    chains: p.json<CheckedChain[]>(),
    /** Chains with money that could not be read, with the reason. */
    unverified: p.json<{ chainId: number; addresses: number; reason: string }[]>(),
    explained: p.integer(),
    unexplained: p.integer(),
    /** Those that nothing explains; not more than some hundreds. */
    differences: p.json<BookDifference[]>(),
  },
  checks: [{ name: 'books_check_counts_check', expression: 'explained >= 0 and unexplained >= 0' }],
  indexes: [{ name: 'books_check_started_index', properties: ['startedAt'] }],
});
export class BooksCheck extends BooksCheckSchema.class {}
BooksCheckSchema.setClass(BooksCheck);
