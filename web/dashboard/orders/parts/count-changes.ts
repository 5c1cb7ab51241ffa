// What is new to a list that is being read: orders that belong between the ones it shows, or above them.

/** A page of the list as it is shown: ids of orders, newest first. */
export interface ShownPage {
  ids: readonly string[];
  /** Newer pages stand above it. */
  isLater: boolean;
  /** Older pages stand below it. */
  hasOlder: boolean;
  /** When it was read, Unix seconds. */
  readAt: number;
}

/**
 * How many of the newest orders the reader has not seen. Of the first page that is whatever it does not show and would: also an
 * order that is older than its first one and was paid meanwhile, in the list of paid ones. Of later pages, what was made since.
 */
export const countChanges = (newest: readonly string[], { ids, isLater, hasOlder, readAt }: ShownPage): number => {
  // Ids begin with their second (domain/ids.ts), and sort by it.
  if (isLater) return newest.filter((id) => Number.parseInt(id.slice(0, 8), 16) > readAt).length;
  const shown = new Set(ids);
  const last = hasOlder ? (ids.at(-1) ?? '') : '';
  return newest.filter((id) => id > last && !shown.has(id)).length;
};
