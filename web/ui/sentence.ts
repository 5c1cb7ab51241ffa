// Reasons come as "must be …", to stand behind a field's name; beside the field itself they are a sentence.

/** With a capital and an end; null for none. */
export const sentence = (reason: string | null | undefined): string | null => {
  if (!reason) return null;
  const capital = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
