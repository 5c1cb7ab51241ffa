// Counts with their noun, for English pages.

/** `1 order`, `1,234 orders`; also `1 entry`, `2 entries` with the plural given. */
export const countText = (count: number | bigint, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${Number(count) === 1 ? one : many}`;
