// Text that Postgres, JSON and every receiver can carry unchanged.

/** False for text with NUL (Postgres cannot store it) or a lone surrogate (UTF-8 cannot spell it). */
export const isStorableText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Whether every string inside a JSON value, member names included, is storable. A loop: the value may be nested deeply. */
export const hasOnlyStorableText = (value: unknown): boolean => {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string' && !isStorableText(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) {
      if (!isStorableText(name)) return false;
      rest.push(member);
    }
  }
  return true;
};

/** Length in characters as people count code points, not UTF-16 units: an emoji is one. */
export const characterCount = (text: string): number => [...text].length;
