// Prices of the demo shop.
export const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;
