// The mark of a store without a logo. One function, so that checkout, dashboard and preview show the same letters.

/** The first letters of the first two words, as capitals; empty for a name without letters to show. */
export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => firstGrapheme(word))
    .join('')
    .toUpperCase();

/** A flag, a family or a letter with its accent is several code points and one character to the reader. */
const firstGrapheme = (word: string): string => {
  const [first] = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(word);
  return first?.segment ?? '';
};
