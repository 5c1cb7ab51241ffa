// The rows of a list that is being read, as they stand now: each in its place, and what became of them in a sentence.
import type { LiveLine, OrderLine } from '../server/orders-types.ts';

/** `isListed`: the list's filter still has it. */
export type ShownLine = OrderLine & { isListed: boolean };

/** What was read stays in its place and order; what is not known anew stays as it was. */
export const withLive = (lines: readonly OrderLine[], live: readonly LiveLine[]): ShownLine[] => {
  const byId = new Map(live.map((line) => [line.id, line]));
  return lines.map((line) => ({ ...line, isListed: true, ...byId.get(line.id) }));
};

/**
 * What to say of the rows whose state is another now: the one, or how many; empty where none is.
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
