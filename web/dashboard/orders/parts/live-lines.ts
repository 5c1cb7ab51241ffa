// Updates the rows of an open list in place, and describes their changes in a sentence.
import type { LiveLine, OrderLine } from '../server/orders-types.ts';

/** `isListed`: the list's filter still matches it. */
export type ShownLine = OrderLine & { isListed: boolean };

/** Rows keep their position; rows without an update stay as they were. */
export const withLive = (lines: readonly OrderLine[], live: readonly LiveLine[]): ShownLine[] => {
  const byId = new Map(live.map((line) => [line.id, line]));
  return lines.map((line) => ({ ...line, isListed: true, ...byId.get(line.id) }));
};

/**
 * Describes the rows whose state changed: the row, or how many; empty when none did.
 * @param messageOf a row's state
 */
export const changeText = (
  before: readonly OrderLine[],
  after: readonly OrderLine[],
  messageOf: (line: OrderLine) => string,
): string => {
  const was = new Map(before.map((line) => [line.id, messageOf(line)]));
  const changed = after.filter((line) => was.has(line.id) && was.get(line.id) !== messageOf(line));
  const [first] = changed;
  if (!first) return '';
  return changed.length === 1
    ? `Order ${first.orderId ?? first.id}: ${messageOf(first)}`
    : `${changed.length} orders of this list have changed`;
};
