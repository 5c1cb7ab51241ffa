// A sentence whose amounts keep their unit, and whose numbers keep the word that they count, on one line: `25.0000 USDT`, `2 営業日`.
// The text stays as it is, for copying and for screen readers.
const COUNTED = /(\d[\d.,]* (?:[A-Z][A-Z0-9]{2,9}\b|[\p{sc=Han}\p{sc=Katakana}]{1,4}))/u;

export function Unbroken({ text }: { text: string }) {
  return text.split(COUNTED).map((part, at) =>
    // Every second part is what the expression matched. One that is wider than the page breaks all the same.
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
      <span key={at} className="inline-block max-w-full">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
