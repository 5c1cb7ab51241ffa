// Pages of lists, and the cursors between them.
export const PAGE_ROWS = 50;

/** One page of a list; `next` is the cursor of the next page. */
export interface Page<Row> {
  rows: Row[];
  next: string | null;
}

/** The cursor of lists by time: `2026-11-22T23:15:03.000001Z~mer_…`. */
export const timeCursor = ({ createdAt, id }: { createdAt: string; id: string }): string => `${createdAt}~${id}`;

/** Nothing for a malformed cursor: the list starts at the top. */
export const parseTimeCursor = (after: string | undefined): { after?: { createdAt: string; id: string } } => {
  const [createdAt, id] = after?.split('~') ?? [];
  return createdAt && id && !Number.isNaN(Date.parse(createdAt)) ? { after: { createdAt, id } } : {};
};

/** @param rows one more than a page of `size` holds, when there are more */
export const pageOf = <Row>(rows: Row[], cursorOf: (row: Row) => string, size = PAGE_ROWS): Page<Row> => {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > size && last ? cursorOf(last) : null };
};
