// The mark of a store without a logo. One function, so that checkout, dashboard and preview show the same letters.

/** The first letters of the first two words, as capitals; empty for a name without letters to show. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
