// Text that Postgres, JSON and every receiver can carry unchanged.

/** False for text with NUL (Postgres cannot store it) or a lone surrogate (UTF-8 cannot spell it). */
export const isStorableText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether every string inside a JSON value, member names included, is storable. */
export const hasOnlyStorableText = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorableText(value);
  if (Array.isArray(value)) return value.every(hasOnlyStorableText);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).every(([name, member]) => isStorableText(name) && hasOnlyStorableText(member));
  }
  return true;
};

/** Length in characters as people count code points, not UTF-16 units: an emoji is one. */
export const characterCount = (text: string): number => [...text].length;
