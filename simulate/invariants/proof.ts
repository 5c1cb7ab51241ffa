// Invariant 10 by the product itself: `admin -- books verify` over the simulated chains proves the books, and explains every difference.
import { verifyBooks } from '#worker/books/verify-books.ts';
import type { Check } from './check.ts';

/** Differences in a message; more only repeat the fault. */
const SHOWN = 3;

export const booksAreProven: Check = async ({ world, isSettled }, report) => {
  if (!isSettled) return;
  const pools = new Map(world.chains.map(({ sim, watching }) => [sim.chain.id, watching.pool]));
  const { differences, unverified, orders } = await verifyBooks({
    em: world.database.orm.em,
    pools,
    storeId: null,
  });
  for (const { chainId, reason } of unverified) report(10, `books verify could not read chain ${chainId}: ${reason}`);
  if (orders !== world.truth.orders.length)
    report(10, `books verify compared ${orders} orders, not ${world.truth.orders.length}`);
  for (const { records, amount, text, intentId } of differences
    .filter(({ explanation }) => explanation === null)
    .slice(0, SHOWN))
    report(10, `books verify: ${records.join(' and ')} of ${intentId} differ by ${amount}: ${text}`);
};
