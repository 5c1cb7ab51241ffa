// Basis points as percent.

/** `60` basis points as `0.6`. */
export const percentOf = (basisPoints: number): string => String(basisPoints / 100);
