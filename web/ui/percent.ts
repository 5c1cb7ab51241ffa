// Percentages for reading. English has no space before the sign.

/** A share or a change, with one decimal: `88.9%`. */
export const percentText = (percent: number): string => `${percent.toFixed(1)}%`;
