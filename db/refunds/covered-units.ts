/**
 * SQL: what a refund returns of what was sent, in ledger units, as `coveredUnits` of domain/refunds.ts. Units of a base unit are a power of
 * ten, so the division is exact. @param row a row of `send_back`
 */
export const coveredUnits = (row: string): string =>
  `(${row}.amount_units + ${row}.withheld_base_units * (${row}.amount_units / ${row}.amount_base_units))`;
