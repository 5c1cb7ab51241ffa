// Validation reasons begin with "must be …", to follow a field's name. Beside the field they are shown as a sentence.

/** With a capital letter and a full stop. Null for no reason. */
export const sentence = (reason: string | null | undefined): string | null => {
  if (!reason) return null;
  const capital = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?。]$/.test(capital) ? capital : `${capital}.`;
};
