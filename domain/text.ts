// Text that Postgres, JSON and every receiver can carry unchanged.

/** False for text with NUL (Postgres cannot store it) or a lone surrogate (UTF-8 cannot spell it). */
export const isStorableText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Marks of writing direction: they can show `gpj.exe` as `exe.jpg`, and turn round what stands beside them. */
const DIRECTION_MARKS = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const NOT_SHOWN = new RegExp(String.raw`[${DIRECTION_MARKS}]|(?![\n\r\t])\p{Cc}`, 'u');
const NOT_IN_A_LINE = new RegExp(String.raw`[${DIRECTION_MARKS}\u2028\u2029]|\p{Cc}`, 'u');

/** Text of several lines that people read: storable, without control characters (but tabs and line breaks) and direction marks. */
export const isShownText = (text: string): boolean => isStorableText(text) && !NOT_SHOWN.test(text);

/** The same for one line: an order id, a name. */
export const isShownLine = (text: string): boolean => isStorableText(text) && !NOT_IN_A_LINE.test(text);

/** What a person reads whose text is neither. */
export const BAD_TEXT =
  'Invisible control characters and marks of writing direction are not allowed. Type the text instead of pasting it.';

/** For texts that were stored before they were checked: what may not be shown becomes a visible replacement character. */
export const neutralText = (text: string): string => text.replace(new RegExp(NOT_SHOWN, 'gu'), '\ufffd');

/** Whether every string inside a JSON value, member names included, is storable. */
export const hasOnlyStorableText = (value: unknown): boolean => everyText(value, isStorableText);

/** The same for text that people read. */
export const hasOnlyShownText = (value: unknown): boolean => everyText(value, isShownText);

/** A loop: the value may be nested deeply. */
const everyText = (value: unknown, holds: (text: string) => boolean): boolean => {
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string' && !holds(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, member] of Object.entries(next)) {
      if (!holds(name)) return false;
      rest.push(member);
    }
  }
  return true;
};

/** Length in characters as people count code points, not UTF-16 units: an emoji is one. */
export const characterCount = (text: string): number => [...text].length;

/** The first characters, counted the same way: `slice` can cut an emoji in two, and half of one is not storable. */
export const firstCharacters = (text: string, most: number): string => [...text].slice(0, most).join('');
