// Counts the orders that are new to an open list: those that belong between the shown ones, or above them.

/** A page of the list as it is shown: ids of orders, newest first. */
export interface ShownPage {
  ids: readonly string[];
  /** There are newer pages. */
  isLater: boolean;
  /** There are older pages. */
  hasOlder: boolean;
  /** When it was read, Unix seconds. */
  readAt: number;
}

/**
 * How many of the newest orders the page does not show. On the first page that includes an older order that was paid in the
 * meantime, in the list of paid orders. On later pages: orders created since.
 */
export const countChanges = (newest: readonly string[], { ids, isLater, hasOlder, readAt }: ShownPage): number => {
  // Ids begin with their second (domain/ids.ts), and sort by it.
  if (isLater) return newest.filter((id) => Number.parseInt(id.slice(0, 8), 16) > readAt).length;
  const shown = new Set(ids);
  const last = hasOlder ? (ids.at(-1) ?? '') : '';
  return newest.filter((id) => id > last && !shown.has(id)).length;
};
